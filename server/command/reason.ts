/** Why a request failed, in a few words. Deno says it only in the text of the error's cause. */

const REASONS: [pattern: RegExp, reason: string][] = [
  [/connection refused|ECONNREFUSED/i, "nothing listens there"],
  [/dns error|failed to lookup|ENOTFOUND/i, "no machine has this name"],
  [/timed out|ETIMEDOUT/i, "no answer in time"],
  [/connection reset|ECONNRESET/i, "the connection was reset"],
  [/unreachable|no route/i, "no route leads there"],
];

/**
 * @param error as `fetch` throws it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reasonOf } from "./reason.ts";
 *
 * assert.equal(reasonOf(new TypeError("fetch failed", { cause: new Error("dns error: x") })), "no machine has this name");
 * ```
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const text = error.cause instanceof Error ? error.cause.message : error.message;
  const [, reason] = REASONS.find(([pattern]) => pattern.test(text)) ?? [];
  // The rest begins with the URL, which the caller has named, and with the layers that passed the error on.
  return reason ?? text.replace(/^error sending request for url \(\S*\): /, "").replace(/^client error \(\w+\): /, "");
}
