/** The widget when it is folded: a shape, the tightest share, a word. */
import { percent } from "../../shared/format.ts";
import type { View } from "../state/view.ts";
import { percentageOf } from "./describe_meter.ts";
import { headlineOf, isBlocked } from "./describe_status.ts";
import { tightest } from "./tightest.ts";
import { type Look, lookOf } from "./tone.ts";

export interface PillText {
  look: Look;
  /** `91%` of the tightest limit, or null where nothing is known. Old numbers come with a look that says so. */
  percent: string | null;
  word: string;
  /** Instant of the service at which calls go through again, while none do. */
  until: string | null;
}

export function describePill(view: View): PillText {
  const look = lookOf(view);
  const worst = view.status && tightest(view.status.stats);
  return {
    look,
    percent: worst ? `${percent(percentageOf(worst.meter))}%` : null,
    word: headlineOf(look),
    until: view.status && look === view.status.status && isBlocked(look) ? view.status.cause?.until ?? null : null,
  };
}
