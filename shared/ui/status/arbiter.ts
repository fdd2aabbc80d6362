/**
 * The arbiter: decides what every surface shows for a view. Badge, title, popup, widget, terminal and notices take state,
 * number and countdown from here, so that they cannot disagree.
 */
import { usedPercent } from "../../format.ts";
import type { Meter, StatusBody, WindowKind } from "../../quota.ts";
import { isCurrent, isKnown, type View, withStaleness } from "../../view.ts";
import { type DecisiveLimit, decisiveLimit } from "../meters/decisive_limit.ts";
import { type Verb, verbOf, type Wait, waitFor } from "../time/wait_text.ts";
import { type DisplayState, displayStateOf, isBlocked, isUnpaid, type Tone, toneOf } from "./tone.ts";

/** What a surface shows. It may leave parts out, but may not show others. */
export interface Glance {
  state: DisplayState;
  tone: Tone;
  /** The view as of now: one that was not confirmed lately is stale. */
  view: View;
  /** Whether the numbers are current; otherwise they are the last that were known. */
  current: boolean;
  /** The limit that the status is about; null where no limit is known, or no status. */
  limit: DecisiveLimit | null;
  /** Used share of `limit` in whole percent. */
  used: number | null;
  /** What happens next to `limit` or to the status. Null where the numbers are not current, and where no end is known. */
  wait: Wait | null;
}

/** @param now local epoch milliseconds. */
export function arbitrate(known: View, now: number): Glance {
  const view = withStaleness(known, now);
  const state = displayStateOf(view);
  const { status, clock_offset_ms } = view;
  const limit = status && isKnown(status) ? decisiveLimit(status) : null;
  const current = isCurrent(view) && status !== null;
  const end = current ? endOf(status, limit) : null;
  return {
    state,
    tone: toneOf(state),
    view,
    current,
    limit,
    used: limit && usedPercent(limit.used, limit.limit),
    wait: end && waitFor(end.verb, end.until, end.window, clock_offset_ms, now),
  };
}

interface End {
  verb: Verb;
  until: string;
  /** Which window ends; null where it is none of ours. */
  window: WindowKind | null;
}

function endOf({ status, cause }: StatusBody, limit: DecisiveLimit | null): End | null {
  if (!cause) return limit?.used ? endOfLimit(limit) : null;
  // An account without quota opens when it is paid, not with time.
  if (!cause.until || isUnpaid(cause)) return null;
  const meter = limit?.name === cause.code ? limit.meter : null;
  const window = limit?.budget ? "calendar_day" : meter?.window ?? null;
  const verb = isBlocked(status) ? "opens" : status === "warning" ? verbOf(window) : "ends";
  return { verb, until: cause.until, window };
}

function endOfLimit({ meter, budget }: DecisiveLimit): End | null {
  if (budget) return endOfWindow({ window: "calendar_day", available_at: null, resets_at: budget.resets_at });
  return meter && endOfWindow(meter);
}

function endOfWindow({ window, available_at, resets_at }: Pick<Meter, "window" | "available_at" | "resets_at">): End {
  return available_at
    ? { verb: "opens", until: available_at, window }
    : { verb: verbOf(window), until: resets_at, window };
}
