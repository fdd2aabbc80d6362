/** Spans of time as a person types them: `30d`, `12h`, `90m`. */
const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/**
 * Reads a span.
 *
 * @returns milliseconds; `null` for any other text. A month has no fixed length, so `mo` is not a unit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseSpan } from "./duration.ts";
 *
 * assert.equal(parseSpan("30d"), 30 * 86_400_000);
 * assert.equal(parseSpan("1mo"), null);
 * ```
 */
export function parseSpan(text: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,4})([mhdw])$/.exec(text) ?? [];
  return unit ? Number(count) * UNITS[unit] : null;
}
