/** The toolbar's badge as a pure function of a view: text, colours, icon, and a title with the same in words. */
import { compactWait, percent } from "../../shared/format.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { type View, withStaleness } from "../../shared/view.ts";
import { usedShare } from "../../shared/ui/meters/tightest.ts";
import { blockedUntil, displayStateOf, isBlocked, type Tone, toneOf } from "../../shared/ui/status/tone.ts";
import { waitUntil } from "../../shared/ui/time/time_text.ts";
import { titleOf } from "./title.ts";

export interface Badge {
  /** At most four characters; empty for no badge. */
  text: string;
  color: string;
  text_color: string;
  /** Severity. The icon shows it as a shape too, for readers who cannot tell the colours apart. */
  tone: Tone;
  /** The badge's accessible name. */
  title: string;
}

/** Up to this wait `compactWait` shows seconds, above it minutes. */
const SECONDS_BELOW_MS = 99_000;

/** Colours that stay distinct under colour blindness and contrast with their text. */
const COLORS: Record<Tone, Pick<Badge, "color" | "text_color">> = {
  ok: { color: "#1A73E8", text_color: "#FFFFFF" },
  warning: { color: "#F9AB00", text_color: "#000000" },
  critical: { color: "#A50E0E", text_color: "#FFFFFF" },
  unsure: { color: "#6B7280", text_color: "#FFFFFF" },
};

/**
 * The badge for a view.
 *
 * @param now local epoch milliseconds. It decides whether the numbers are stale, and what a countdown shows.
 */
export function badge(known: View, now: number): Badge {
  const view = withStaleness(known, now);
  const tone = toneOf(displayStateOf(view));
  return { text: textOf(view, now), ...COLORS[tone], tone, title: titleOf(view, now) };
}

/**
 * Milliseconds until the text of the badge's countdown changes, or null where it shows none. The service sends no message
 * when only time has passed.
 */
export function nextChangeIn(known: View, now: number): number | null {
  const view = withStaleness(known, now);
  const wait = !wordOf(view) && view.status ? waitOf(view.status, view.clock_offset_ms, now) : null;
  if (wait === null || wait <= 0) return null;
  if (wait <= SECONDS_BELOW_MS) return wait % 1_000 || 1_000;
  return Math.min(wait % 60_000 || 60_000, wait - SECONDS_BELOW_MS);
}

function textOf(view: View, now: number): string {
  return wordOf(view) ?? (view.status ? numberOf(view.status, view.clock_offset_ms, now) : "?");
}

/** The word for a connection without numbers; null where the badge shows a number. */
function wordOf({ connection }: View): string | null {
  if (connection === "unconfigured") return "set";
  if (connection === "refused" || connection === "key_refused" || connection === "not_permitted") return "!";
  if (connection === "outdated") return "?";
  return connection === "offline" ? "off" : null;
}

/**
 * The used share of the tightest limit, or a countdown when calls are refused. Many badges are blank in a normal state;
 * this one is blank only at 0, because users watch it for their first calls when they set the service up.
 */
function numberOf(status: StatusBody, offset_ms: number, now: number): string {
  const wait = waitOf(status, offset_ms, now);
  if (wait !== null) return compactWait(wait);
  if (isBlocked(status.status)) return "full";
  const used = percent(usedShare(status) ?? 0);
  if (used !== "0") return used;
  return status.status === "normal" ? "" : "?"; // A warning that none of our counters explains.
}

/** Milliseconds until calls are no longer refused; null where none are, or where the end is unknown. */
function waitOf(status: StatusBody, offset_ms: number, now: number): number | null {
  const until = blockedUntil(status);
  return until === null ? null : waitUntil(until, offset_ms, now);
}
