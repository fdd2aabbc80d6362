/** Go durations, as OpenAI's reset headers carry them. */
const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, "µs": 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** No window of the provider's is longer; past it a date would leave its range. */
const LONGEST_MS = 366 * 24 * 3_600_000;

const PART = /(\d{1,15}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h)/y;

/**
 * A Go duration in milliseconds, rounded up; `null` for anything else, and for more than a year.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { goDuration } from "./go_duration.ts";
 *
 * assert.equal(goDuration("6m0s"), 360_000);
 * assert.equal(goDuration("12ms"), 12);
 * assert.equal(goDuration("4m12.172s"), 252_172);
 * assert.equal(goDuration("soon"), null);
 * ```
 */
export function goDuration(text: string): number | null {
  if (text === "0") return 0;
  if (text.length === 0 || text.length > 64) return null;
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const part = PART.exec(text);
    if (!part) return null;
    total += Number(part[1]) * UNIT_MS[part[2]];
  }
  return total > LONGEST_MS ? null : Math.ceil(total);
}
