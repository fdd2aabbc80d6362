/** The folded widget in words: the number of the decisive limit, the state, and when refused calls are accepted again. */
import { percentText } from "../../shared/format.ts";
import { say } from "../../shared/words/say.ts";
import type { View } from "../../shared/view.ts";
import { arbitrate } from "../../shared/ui/status/arbiter.ts";
import { labelOf } from "../../shared/ui/status/describe_headline.ts";
import { type DisplayState, isBlocked, type Tone } from "../../shared/ui/status/tone.ts";
import { waitText } from "../../shared/ui/time/wait_text.ts";

interface PillText {
  state: DisplayState;
  tone: Tone;
  /** The state without a number, for announcements. */
  label: string;
  /** Used share of the decisive limit, `92 %`; empty where it is unknown, and while calls are refused. */
  now: string;
  /** `used` after the number, or the state. */
  word: string;
  /** `was 92 %` where the numbers are not current, else empty. */
  was: string;
  /** `opens in 12 s` while calls are refused and the end is known, else empty. */
  wait: string;
  /** Whether `wait` changes with time. */
  counts: boolean;
}

/** @param now local epoch milliseconds. */
export function describePill(view: View, now: number): PillText {
  const glance = arbitrate(view, now);
  const { state, tone, current, used, wait } = glance;
  const label = labelOf(glance);
  const text = { state, tone, label, now: "", word: label, was: "", wait: "", counts: false };
  const number = used === null ? "" : percentText(used);
  if (!current) return { ...text, was: number && say("was {share}", { share: number }) };
  if (isBlocked(state)) return wait ? { ...text, wait: waitText(wait), counts: wait.ms > 0 } : text;
  if (number === "") return { ...text, word: state === "normal" ? say("No limit") : label };
  return { ...text, now: number, word: say(state === "degraded" ? "used · degraded" : "used") };
}
