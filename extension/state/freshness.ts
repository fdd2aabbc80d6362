/** When a number may still be shown as current. The one rule that every surface and the badge follow. */
import { STALE_AFTER_MS, type View } from "./view.ts";

const NUDGE_MS = 1_000;

/**
 * Whether the snapshot was known to be current within the last {@link STALE_AFTER_MS}. A confirmation from the future
 * (the clock was put back) proves nothing and counts as old, but for the second that a clock may be nudged by.
 *
 * @param now local epoch milliseconds.
 */
export function isFresh(view: View, now: number): boolean {
  if (view.confirmed_at === null) return false;
  const age = now - view.confirmed_at;
  return age >= -NUDGE_MS && age < STALE_AFTER_MS;
}

/**
 * The view as it may be shown at `now`: what claims to be live but was not confirmed for too long is `stale`. The
 * background says so too, but it may be dead while a surface is open.
 *
 * @param now local epoch milliseconds.
 */
export function honest(view: View, now: number): View {
  const claims = view.connection === "live" || view.connection === "polling";
  return claims && !isFresh(view, now) ? { ...view, connection: "stale" } : view;
}

/**
 * Milliseconds until {@link honest} will turn this view stale, or null when it never will.
 *
 * @param now local epoch milliseconds.
 */
export function staleIn(view: View, now: number): number | null {
  const shown = honest(view, now);
  if (shown.connection !== "live" && shown.connection !== "polling") return null;
  return (view.confirmed_at ?? now) + STALE_AFTER_MS - now;
}
