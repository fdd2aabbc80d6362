/** The folded widget in words: status, used share of the tightest limit, and when refused calls are accepted again. */
import { percent } from "../../shared/format.ts";
import type { View } from "../../shared/view.ts";
import { headlineOf } from "../../shared/ui/status/describe_status.ts";
import { usedShare } from "../../shared/ui/meters/tightest.ts";
import { blockedUntil, type DisplayState, displayStateOf, isBlocked } from "../../shared/ui/status/tone.ts";

export interface PillText {
  state: DisplayState;
  /** Used share of the tightest limit, `91%`; empty where it is unknown, or below 100% while calls are refused. */
  now: string;
  word: string;
  /** `was 91%` where the numbers are not current, else empty. */
  was: string;
  /** Instant of the service at which calls are no longer refused; null where none are, or where the end is unknown. */
  until: string | null;
}

export function describePill(view: View): PillText {
  const state = displayStateOf(view);
  const { status } = view;
  const share = status && usedShare(status);
  const used = share === null ? "" : `${percent(share)}%`;
  const base = { state, now: "", word: headlineOf(state), was: "", until: null };
  if (state !== status?.status) return { ...base, was: used && `was ${used}` };
  const until = blockedUntil(status);
  // "40% Quota exceeded" would suggest that 60% are left.
  if (isBlocked(state) && used !== "100%") return { ...base, until };
  return { ...base, now: used, until };
}
