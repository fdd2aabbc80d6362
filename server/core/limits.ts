/** What a workspace may use. */
import type { MeterName } from "../../shared/meters.ts";

/** The most per window; `null` where there is no such limit. */
export type Limits = Readonly<Record<MeterName, number | null>>;

/** Whether there is no room for one more request. */
export function shut(limit: number | null, used: number): boolean {
  return limit !== null && used + 1 > limit;
}

/** Whether there is no room for so many tokens; where none are used, any number has room, or it could never run. */
export function over(limit: number | null, used: number, tokens: number): boolean {
  return limit !== null && used > 0 && used + tokens > limit;
}
