/** The toolbar's badge as a pure function of a view: text, colours, icon, and a title with the same in words. */
import { compactCountdown, compactCountdownChangesIn } from "../../shared/format.ts";
import { arbitrate, type Glance } from "../../shared/ui/status/arbiter.ts";
import { type DisplayState, isBlocked, type Tone } from "../../shared/ui/status/tone.ts";
import { staleIn, type View } from "../../shared/view.ts";
import { say } from "../../shared/words/say.ts";
import type { Text } from "../../shared/words/texts.ts";
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
export function badge(view: View, now: number): Badge {
  const glance = arbitrate(view, now);
  return { text: textOf(glance), ...COLORS[glance.tone], tone: glance.tone, title: titleOf(glance, now) };
}

/**
 * Milliseconds until the text of the badge's countdown changes, or its numbers are too old; null where it shows no
 * countdown. The service sends no message when only time has passed.
 */
export function nextChangeIn(view: View, now: number): number | null {
  const glance = arbitrate(view, now);
  if (!glance.wait || !isCounting(glance)) return null;
  const next = glance.wait.beyond_ms + compactCountdownChangesIn(glance.wait.ms);
  return Math.min(next, staleIn(view, now) ?? next);
}

const SIGNS: Partial<Record<DisplayState, string>> = {
  not_permitted: "!",
  key_refused: "!",
  refused: "!",
  outdated: "?",
};

/** The words for other states without numbers. */
const WORDS = {
  unconfigured: "set",
  offline: "off",
} as const satisfies Partial<Record<DisplayState, Text>>;

/**
 * The used share of the decisive limit, or a countdown while calls are refused. Many badges are blank in a normal state; this
 * one is blank only at 0, because users watch it for their first calls when they set the service up.
 */
function textOf(glance: Glance): string {
  const { state, view: { status }, used, wait } = glance;
  if (state in WORDS) return say(WORDS[state as keyof typeof WORDS]);
  const sign = SIGNS[state] ?? (status ? null : "?");
  if (sign) return sign;
  if (wait && isCounting(glance)) return compactCountdown(wait.ms);
  if (isBlocked(status!.status)) return say(wait ? "now|badge" : "full");
  if (used) return `${used}`;
  return status!.status === "normal" ? "" : "?"; // A warning that none of our counters explains.
}

/** In the last second every surface shows that the limit opens now. */
function isCounting({ state, wait }: Glance): boolean {
  return isBlocked(state) && wait !== null && wait.ms >= 1_000;
}
