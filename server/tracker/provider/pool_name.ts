/** Names the provider's pool that a call draws from: limits are kept by model family, not by snapshot. */
import { withoutSnapshot } from "../../core/workspace_limits.ts";
import { dropOldest } from "../drop_oldest.ts";

/** Input beyond this draws from a pool of its own. */
const LONG_CONTEXT_TOKENS = 272_000;

/** For the first family that had such a pool, it began earlier. */
const LONG_CONTEXT_TOKENS_4_1 = 128_000;

/** Of a request that names no model. */
export const UNKNOWN_POOL = "unknown";

/**
 * The pool of a model. A snapshot draws from the pool of its family, a fine-tuned model from that of its base model. Any other
 * name is a pool by itself. Families that share a pool cannot be recognized by name.
 *
 * @param input_tokens as far as they are known.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { poolName } from "./pool_name.ts";
 *
 * assert.equal(poolName("gpt-5.4-2026-08-01"), "gpt-5.4");
 * assert.equal(poolName("ft:gpt-4.1-mini-2025-04-14:acme::9abc"), "gpt-4.1-mini");
 * assert.equal(poolName("gpt-5.4", 300_000), "gpt-5.4 long context");
 * assert.equal(poolName(null), "unknown");
 * ```
 */
export function poolName(model: string | null, input_tokens = 0): string {
  if (!model) return UNKNOWN_POOL;
  if (model !== last.model) last = familyOf(model);
  return input_tokens > last.long ? `${last.family} long context` : last.family;
}

interface Family {
  model: string;
  family: string;
  /** Calls with more input tokens draw from a pool of their own. */
  long: number;
}

/** A cache by model, because each call needs its family five times. */
const families = new Map<string, Family>();
const MAX_FAMILIES = 200;

/** That of the model before: a comparison takes a quarter of the search. */
let last: Family = { model: "", family: "", long: Infinity };

function familyOf(model: string): Family {
  const known = families.get(model);
  if (known !== undefined) return known;
  const base = model.startsWith("ft:") ? model.slice(3).split(":", 1)[0] : model;
  const family = withoutSnapshot(base) || model;
  const made = { model, family, long: family.startsWith("gpt-4.1") ? LONG_CONTEXT_TOKENS_4_1 : LONG_CONTEXT_TOKENS };
  families.set(model, made);
  dropOldest(families, MAX_FAMILIES);
  return made;
}
