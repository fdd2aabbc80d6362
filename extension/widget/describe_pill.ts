/** The widget when it is folded: a shape, the tightest share, a word. */
import { percent } from "../../shared/format.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { View } from "../../shared/view.ts";
import { headlineOf, isBlocked } from "../../shared/ui/status/describe_status.ts";
import { tightest, usedShare } from "../../shared/ui/meters/tightest.ts";
import { type Look, lookOf } from "../../shared/ui/status/tone.ts";

export interface PillText {
  look: Look;
  /** `91%` of the tightest limit while that is so; empty when calls are refused at less than that, or unknown. */
  now: string;
  word: string;
  /** `was 91%`, where the numbers are not current. */
  was: string;
  /** Instant of the service at which calls go through again, while none do. */
  until: string | null;
}

export function describePill(view: View): PillText {
  const look = lookOf(view);
  const { status } = view;
  const share = status && usedShare(status);
  const used = share === null ? "" : `${percent(share)}%`;
  const base = { look, now: "", word: headlineOf(look), was: "", until: null };
  if (look !== status?.status) return { ...base, was: used && `was ${used}` };
  const until = isBlocked(look) ? opensAt(status) : null;
  // "40% Quota exceeded" would make a person look for the other 60.
  if (isBlocked(look) && used !== "100%") return { ...base, until };
  return { ...base, now: used, until };
}

function opensAt(status: StatusBody): string | null {
  return status.cause?.until ?? tightest(status)?.meter.available_at ?? null;
}
