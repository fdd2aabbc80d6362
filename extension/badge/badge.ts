/** The toolbar's badge as a pure function of what is known: text, colours, shape, and the title that says it in words. */
import { compactWait, percent } from "../../shared/format.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { type View, withStaleness } from "../../shared/view.ts";
import { usedShare } from "../../shared/ui/meters/tightest.ts";
import { blockedUntil, isBlocked, lookOf, type Tone, toneOf } from "../../shared/ui/status/tone.ts";
import { waitUntil } from "../../shared/ui/time/time_text.ts";
import { titleOf } from "./title.ts";

export interface Badge {
  /** At most four characters; empty for no badge. */
  text: string;
  color: string;
  text_color: string;
  /** How serious it is. The icon shows it as a shape too, so that nobody needs the colour. */
  tone: Tone;
  /** The badge's accessible name. */
  title: string;
}

/** Up to here `compactWait` counts seconds, above it minutes. */
const SECONDS_BELOW_MS = 99_000;

/** Colours that hold under colour blindness and in contrast with their text. */
const PAINT: Record<Tone, Pick<Badge, "color" | "text_color">> = {
  ok: { color: "#1A73E8", text_color: "#FFFFFF" },
  warning: { color: "#F9AB00", text_color: "#000000" },
  critical: { color: "#A50E0E", text_color: "#FFFFFF" },
  unsure: { color: "#6B7280", text_color: "#FFFFFF" },
};

/**
 * The badge for a view.
 *
 * @param now local epoch milliseconds: old numbers turn grey and a countdown moves with it.
 */
export function badge(known: View, now: number): Badge {
  const view = withStaleness(known, now);
  const tone = toneOf(lookOf(view));
  return { text: textOf(view, now), ...PAINT[tone], tone, title: titleOf(view, now) };
}

/**
 * Milliseconds until the badge's countdown reads differently, or null where it counts nothing down. The service tells
 * each change of its numbers, but time passing changes no number.
 */
export function changesIn(known: View, now: number): number | null {
  const view = withStaleness(known, now);
  const wait = !wordOf(view) && view.status ? waitOf(view.status, view.clock_offset_ms, now) : null;
  if (wait === null || wait <= 0) return null;
  if (wait <= SECONDS_BELOW_MS) return wait % 1_000 || 1_000;
  return Math.min(wait % 60_000 || 60_000, wait - SECONDS_BELOW_MS);
}

function textOf(view: View, now: number): string {
  return wordOf(view) ?? (view.status ? numberOf(view.status, view.clock_offset_ms, now) : "?");
}

/** The word for a connection that leaves nothing to count; null while the numbers have the badge. */
function wordOf({ connection }: View): string | null {
  if (connection === "unconfigured") return "set";
  if (connection === "refused") return "!";
  return connection === "offline" ? "off" : null;
}

/**
 * The tightest limit's used share, and a countdown when calls are refused. The convention leaves a healthy badge blank;
 * here it is blank at 0 alone, because who sets this up looks at the badge to see his first calls arrive.
 */
function numberOf(status: StatusBody, offset_ms: number, now: number): string {
  const wait = waitOf(status, offset_ms, now);
  if (wait !== null) return compactWait(wait);
  if (isBlocked(status.status)) return "full";
  const used = percent(usedShare(status) ?? 0);
  if (used !== "0") return used;
  return status.status === "normal" ? "" : "?"; // A warning with no number of ours: there is one that we cannot see.
}

/** Milliseconds until calls are no longer refused; null where none are, or where the end is unknown. */
function waitOf(status: StatusBody, offset_ms: number, now: number): number | null {
  const until = blockedUntil(status);
  return until === null ? null : waitUntil(until, offset_ms, now);
}
