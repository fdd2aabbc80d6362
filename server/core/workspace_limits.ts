/** The limits in force for one workspace, and which of its models' limits covers a call. */
import type { Limits } from "./limits.ts";

/** The limits of one workspace. The object is replaced when they change, so a store may compare it by identity. */
export interface WorkspaceLimits {
  /** Of all models together. */
  limits: Limits;
  /** By model name. */
  models: ReadonlyMap<string, Limits>;
}

/** Nothing is limited. */
export const NO_LIMITS: Limits = {
  requests_per_minute: null,
  requests_per_day: null,
  tokens_per_minute: null,
  tokens_per_day: null,
};

/** The end of a snapshot's name: `-2026-08-01`, and the older `-0613`. */
const SNAPSHOT = /-(?:\d{4}-\d{2}-\d{2}|(?:0[1-9]|1[0-2])[0-3]\d)$/;

/** Names that were read before: each call needs some of the same few, and a lookup takes a tenth of the time. */
const families = new Map<string, string>();
const MAX_FAMILIES = 1000;

/** A model's name without the date of a snapshot. A name that consists of nothing else is kept. */
export function withoutSnapshot(model: string): string {
  const known = families.get(model);
  if (known !== undefined) return known;
  if (families.size >= MAX_FAMILIES) families.clear();
  const family = model.replace(SNAPSHOT, "") || model;
  families.set(model, family);
  return family;
}

/**
 * The name under which a model's calls are limited: its own, else its name without a snapshot's date; `null` where neither
 * has limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitedModel, NO_LIMITS } from "./workspace_limits.ts";
 *
 * const models = new Map([["gpt-5.4", NO_LIMITS], ["o5-2026-03-05", NO_LIMITS]]);
 * assert.equal(limitedModel(models, "gpt-5.4-2026-08-01"), "gpt-5.4");
 * assert.equal(limitedModel(models, "o5-2026-03-05"), "o5-2026-03-05");
 * assert.equal(limitedModel(models, "o5"), null);
 * ```
 */
export function limitedModel(models: ReadonlyMap<string, unknown>, model: string | null): string | null {
  if (model === null || models.size === 0) return null;
  if (models.has(model)) return model;
  const family = withoutSnapshot(model);
  return models.has(family) ? family : null;
}

/**
 * The names of all limits that cover an attempt: that of the requested model, and that of the answering one if it differs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { limitsOfNames, NO_LIMITS } from "./workspace_limits.ts";
 *
 * const models = new Map([["our-name", NO_LIMITS], ["gpt-5.4", NO_LIMITS]]);
 * assert.deepEqual(limitsOfNames(models, "our-name", "gpt-5.4-2026-08-01"), ["our-name", "gpt-5.4"]);
 * assert.deepEqual(limitsOfNames(models, "gpt-5.4", "gpt-5.4-2026-08-01"), ["gpt-5.4"]);
 * ```
 */
export function limitsOfNames(
  models: ReadonlyMap<string, unknown>,
  requested: string | null,
  answered: string | null,
): string[] {
  const first = limitedModel(models, requested);
  const second = answered === requested ? null : limitedModel(models, answered);
  if (first === null) return second === null ? [] : [second];
  return second === null || second === first ? [first] : [first, second];
}

/** Whether any of the four is set. */
export function isLimited(limits: Limits): boolean {
  return Object.values(limits).some((limit) => limit !== null);
}
