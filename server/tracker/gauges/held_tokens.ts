/** How many tokens an attempt holds, from its request, the lengths of recent answers and the limits. */
import type { AttemptPlan } from "../../attempts/recorder.ts";

/** The share of a limit that an answer of unknown length holds at most: three more calls can run at the same time. */
const MAX_SHARE = 1 / 4;

/**
 * The input in full, since it is known; of the answer the smallest of what the request caps it at, what answers of this
 * model took lately, and a quarter of the limit.
 *
 * @param expected output tokens that this model's answers do not pass, as a rule; `null` while that is
 * unknown: then the request's own estimate is held.
 * @param limit the smallest token limit that it counts against.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { heldTokens } from "./held_tokens.ts";
 *
 * const plan = { tokens: 4100, input_tokens: 100, output_cap: 100_000 };
 * assert.equal(heldTokens(plan, null, 150_000), 4100);
 * assert.equal(heldTokens(plan, 300, 150_000), 400);
 * assert.equal(heldTokens(plan, null, 1000), 350);
 * ```
 */
export function heldTokens(
  { tokens, input_tokens, output_cap }: Pick<AttemptPlan, "tokens" | "input_tokens" | "output_cap">,
  expected: number | null,
  limit: number,
): number {
  const answers = tokens - input_tokens;
  if (answers <= 0) return tokens;
  const likely = expected === null ? answers : Math.min(expected, output_cap ?? Infinity);
  return input_tokens + Math.min(likely, Math.max(1, Math.floor(limit * MAX_SHARE)));
}
