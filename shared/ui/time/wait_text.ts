/** What happens next to a limit, and when: `opens in 42 s`. Every countdown of a surface comes from here. */
import { countdown } from "../../format.ts";
import type { Cause, Meter, WindowKind } from "../../quota.ts";
import type { Budget } from "../meters/budgets.ts";
import { say } from "../../words/say.ts";
import type { Text } from "../../words/texts.ts";
import { isToday, waitUntil, wallTime } from "./time_text.ts";

/**
 * When a full limit lets calls through again. Null where the limit is not full, and where the status has a cause that ends
 * later or at an unknown time: then calls are still refused when the limit opens.
 */
export function opensAt({ available_at }: Meter, cause: Pick<Cause, "until"> | null): string | null {
  if (!available_at || !cause) return available_at;
  return cause.until !== null && cause.until <= available_at ? available_at : null;
}

/** What happens to a limit: its calendar window resets, its rolling window frees up, a full one opens, a fault ends. */
export type Verb = "resets" | "frees up" | "opens" | "ends";

/** What happens next, and in how many milliseconds; 0 when it is due. */
export interface Wait {
  verb: Verb;
  /** The instant on the service's clock. */
  until: string;
  ms: number;
  /** By how much the instant is later than the longest wait that the window allows; else 0. */
  beyond_ms: number;
}

const ROLLING_MS = 60_000;

/** A time of day has seconds when it is closer than this. */
const SOON_MS = 600_000;

/** The verb for the end of a window that is not full; a window of an unknown kind frees up. */
export function verbOf(window: WindowKind | null): Verb {
  return window === "calendar_day" ? "resets" : "frees up";
}

/**
 * The wait until an instant on the service's clock, never longer than the window: the service expires a rolling window up
 * to a second late, and clocks differ.
 */
export function waitFor(
  verb: Verb,
  until: string,
  window: WindowKind | null,
  offset_ms: number,
  now: number,
): Wait {
  const left = Math.max(0, waitUntil(until, offset_ms, now));
  const ms = window === "rolling_60s" ? Math.min(ROLLING_MS, left) : left;
  return { verb, until, ms, beyond_ms: left - ms };
}

/** Each verb with a wait, with a time of today, with a day and a time, and when it is due. */
const EVENTS = {
  "resets": ["resets in {time}", "resets at {time}", "resets {day}", "resets now"],
  "frees up": ["frees up in {time}", "frees up at {time}", "frees up {day}", "frees up now"],
  "opens": ["opens in {time}", "opens at {time}", "opens {day}", "opens now"],
  "ends": ["ends in {time}", "ends at {time}", "ends {day}", "ends now"],
} as const satisfies Record<Verb, Text[]>;

/** `frees up in 45 s`; `opens now` in the last second and after it, until a newer status arrives. */
export function waitText({ verb, ms }: Wait): string {
  const [inTime, , , now] = EVENTS[verb];
  return ms < 1_000 ? say(now) : say(inTime, { time: countdown(ms) });
}

/**
 * `resets at 00:00`, `resets Mon 00:00`.
 *
 * @param service_now epoch milliseconds of the service's clock.
 */
export function endText({ verb, until }: Wait, service_now: number, seconds = false): string {
  const [, atTime, onDay] = EVENTS[verb];
  const time = wallTime(until, service_now, seconds);
  return isToday(until, service_now) ? say(atTime, { time }) : say(onDay, { day: time });
}

/** `in 45 s`, `now`. */
export function soonText({ ms }: Wait): string {
  return ms < 1_000 ? say("now") : say("in {time}", { time: countdown(ms) });
}

/** How an instant is shown: as a wait, or as a time of day. */
export type TimeForm = "relative" | "absolute";

/** `resets at 00:00`; `opens at 10:05:12` where that is soon. */
function instantText(wait: Wait, service_now: number): string {
  return wait.ms < 1_000 ? waitText(wait) : endText(wait, service_now, wait.ms < SOON_MS);
}

/**
 * The end of a budget's period: `resets in 3 h 12 min`, or `opens in 3 h 12 min` where the budget is spent and refuses
 * calls. On old numbers whose period has ended since: `reset since`.
 */
export function budgetWait(
  { resets_at, mode, percentage }: Pick<Budget, "resets_at" | "mode" | "percentage">,
  { current, time }: Circumstances,
  offset_ms: number,
  now: number,
): string {
  const verb = mode === "hard" && percentage >= 100 ? "opens" : "resets";
  const wait = waitFor(verb, resets_at, "calendar_day", offset_ms, now);
  if (!current && wait.ms === 0) return say("reset since");
  return time === "absolute" ? instantText(wait, now + offset_ms) : waitText(wait);
}

interface Circumstances {
  /** Whether the numbers are current. */
  current: boolean;
  /** Cause of the workspace's status. */
  cause: Pick<Cause, "until"> | null;
  /** `relative` if it is left out. */
  time?: TimeForm;
}

/**
 * The end of a meter's window: `frees up in 45 s` (rolling), `resets in 3 h 12 min` (calendar), `opens in 12 s` (full). On
 * old numbers whose window has ended since: `freed up since`, `reset since`. Empty where nothing can free up.
 */
export function meterWait(
  meter: Meter,
  { current, cause, time }: Circumstances,
  offset_ms: number,
  now: number,
): string {
  if (meter.window === "rolling_60s" && meter.current + meter.reserved === 0) return "";
  const opens = opensAt(meter, cause);
  const verb = opens ? "opens" : verbOf(meter.window);
  const wait = waitFor(verb, opens ?? meter.resets_at, meter.window, offset_ms, now);
  if (!current && wait.ms === 0) return meter.window === "calendar_day" ? say("reset since") : say("freed up since");
  return time === "absolute" ? instantText(wait, now + offset_ms) : waitText(wait);
}
