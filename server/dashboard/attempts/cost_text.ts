/** The cost of an attempt in words. A cost that is not known is never zero. */
import type { AttemptBody } from "../../../shared/attempts.ts";
import type { UNPRICED_REASONS } from "../../../shared/attempt_fields.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { exactUsd } from "../parts/money_text.ts";

const REASONS = {
  unknown_model: "no price is known for this model",
  unknown_usage: "its usage is not known",
  unknown_tier: "no price is known for this service tier",
  unknown_unit: "a part of its usage has no price",
  invalid_usage: "the reported usage contradicts itself",
} as const satisfies Record<typeof UNPRICED_REASONS[number], Text>;

type Cost = Pick<AttemptBody, "cost_usd" | "unpriced">;

/** `$0.0005837`, or `not priced`. */
export function costText({ cost_usd }: Cost): string {
  return cost_usd === null ? say("not priced") : exactUsd(cost_usd);
}

/**
 * Why there is no cost; empty where there is one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unpricedReason } from "./cost_text.ts";
 *
 * assert.equal(unpricedReason({ cost_usd: null, unpriced: "unknown_usage" }), "its usage is not known");
 * assert.equal(unpricedReason({ cost_usd: "0.000000000", unpriced: null }), "");
 * ```
 */
export function unpricedReason({ cost_usd, unpriced }: Cost): string {
  if (cost_usd !== null) return "";
  if (unpriced === null) return say("it was recorded without prices");
  // A newer service may know further reasons.
  return Object.hasOwn(REASONS, unpriced) ? say(REASONS[unpriced as keyof typeof REASONS]) : unpriced;
}
