/** The time span of a view, as its address has it: one that ends now, or one between two instants. */

/** Spans that end now, by their name in the address. */
export const SPANS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 7 * 86_400_000, "30d": 30 * 86_400_000 } as const;

const DEFAULT_SPAN = "24h";

/** The name in the address of a span that ends now; `null` for a span between two instants. */
export function namedSpan(range: string | null): keyof typeof SPANS | null {
  if (range !== null && Object.hasOwn(SPANS, range)) return range as keyof typeof SPANS;
  return customSpan(range) ? null : DEFAULT_SPAN;
}

/**
 * The span of two instants in the address.
 *
 * @returns `null` for another text, and where the end is not after the start.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { customSpan, spanText } from "./span.ts";
 *
 * const span = customSpan("2026-11-20T10:00Z..2026-11-21T10:00Z")!;
 * assert.equal(span.to_ms - span.from_ms, 24 * 3_600_000);
 * assert.equal(spanText(span), "2026-11-20T10:00Z..2026-11-21T10:00Z");
 * assert.equal(customSpan("24h"), null);
 * ```
 */
export function customSpan(range: string | null): { from_ms: number; to_ms: number } | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\dZ)\.\.(\d{4}-\d\d-\d\dT\d\d:\d\dZ)$/.exec(range ?? "");
  if (!match) return null;
  const [from_ms, to_ms] = match.slice(1).map((instant) => Date.parse(instant));
  return from_ms >= 0 && from_ms < to_ms ? { from_ms, to_ms } : null;
}

/** The notation that {@link customSpan} reads. */
export function spanText({ from_ms, to_ms }: { from_ms: number; to_ms: number }): string {
  return [from_ms, to_ms].map((ms) => `${new Date(ms).toISOString().slice(0, 16)}Z`).join("..");
}

/** The length of a view's time span. */
export function lengthOf(range: string | null): number {
  const custom = customSpan(range);
  return custom ? custom.to_ms - custom.from_ms : SPANS[namedSpan(range)!];
}
