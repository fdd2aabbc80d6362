/** How long to wait before the next attempt to connect. */

const BACKOFF_BASE_MS = 1_000;
export const BACKOFF_CAP_MS = 30_000;

/**
 * Full jitter: a random wait below a bound that doubles with each failure. After a restart of the service, a thousand
 * clients then reconnect spread over time.
 *
 * @param failures how many attempts in a row have failed, from 1.
 * @param random from 0 up to, not including, 1.
 * @returns milliseconds, below min(30 s, 1 s × 2^(failures − 1)).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fullJitter } from "./backoff.ts";
 *
 * assert.equal(fullJitter(1, () => 0.5), 500);
 * assert.equal(fullJitter(40, () => 0.5), 15_000);
 * ```
 */
export function fullJitter(failures: number, random: () => number): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (failures - 1));
  return Math.floor(random() * ceiling);
}
