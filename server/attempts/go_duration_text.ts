/** Milliseconds as a Go duration, as OpenAI's reset headers carry them. */

/**
 * Rounded up to whole milliseconds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { goDurationText } from "./go_duration_text.ts";
 *
 * assert.equal(goDurationText(61_000), "1m1s");
 * assert.equal(goDurationText(1_500), "1.5s");
 * assert.equal(goDurationText(12), "12ms");
 * assert.equal(goDurationText(0), "0s");
 * ```
 */
export function goDurationText(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms));
  if (whole > 0 && whole < 1000) return `${whole}ms`;
  const seconds = Math.floor(whole / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${(whole % 60_000) / 1000}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
