/** How many tokens an attempt holds, from what its request says, what answers took lately, and what there is to hold. */
import type { AttemptPlan } from "../../attempts/recorder.ts";

/** Share of a limit that is held for an answer nobody has seen: three more calls can always be under way. */
const MOST_SHARE = 1 / 4;

/**
 * The input in full, since it is known; of the answer the smallest of what the request caps it at, what answers of this
 * model took lately, and a quarter of the limit.
 *
 * @param expected output tokens that this model's answers do not pass, as a rule; `null` while nobody knows: then what
 * the request itself makes likely is held.
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
  return input_tokens + Math.min(likely, Math.max(1, Math.floor(limit * MOST_SHARE)));
}
