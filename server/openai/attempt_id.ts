/**
 * A new attempt's id: unique for ever, and growing with time, because a ledger inserts ids in order five times faster than
 * at random.
 *
 * @param now_ms epoch milliseconds.
 *
 * @example
 * ```ts
 * import { attemptId } from "./attempt_id.ts";
 *
 * console.assert(attemptId(1_795_000_000_000) < attemptId(1_795_000_000_001));
 * ```
 */
export function attemptId(now_ms: number = Date.now()): string {
  const random = crypto.randomUUID();
  return `${now_ms.toString(36).padStart(9, "0")}-${random.slice(0, 8)}${random.slice(9, 13)}${random.slice(15, 18)}`;
}
