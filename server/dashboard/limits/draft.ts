/** Limits while they are edited. */
import type { OwnLimits } from "../../../shared/limits.ts";
import { METER_NAMES, type MeterName } from "../../../shared/meters.ts";

/** The limits of one scope: left out is inherited, `null` is none, and `NaN` is a text that is no number. */
export type FourLimits = Partial<Record<MeterName, number | null>>;

/** Sets one limit of the workspace, or of a model; `undefined` inherits it. */
export function withLimit(
  own: OwnLimits,
  model: string | null,
  name: MeterName,
  limit: number | null | undefined,
): OwnLimits {
  if (model === null) return without({ ...own, [name]: limit });
  return { ...own, models: { ...own.models, [model]: without({ ...own.models?.[model], [name]: limit }) } };
}

/** Adds a model without limits, or removes one with its limits (`present` false). */
export function withModel(own: OwnLimits, model: string, present: boolean): OwnLimits {
  const { [model]: of = {}, ...others } = own.models ?? {};
  return { ...own, models: present ? { ...others, [model]: of } : others };
}

/** Whether each limit is a whole number from 1 that the service takes. */
export function isComplete(own: OwnLimits): boolean {
  return [own, ...Object.values(own.models ?? {})].every((four: FourLimits) =>
    METER_NAMES.every((name) => isLimit(four[name]))
  );
}

/** Whether a value is a limit, none, or inherited. */
export function isLimit(limit: number | null | undefined): boolean {
  return limit === undefined || limit === null || (Number.isInteger(limit) && limit >= 1 && limit <= 999_999_999_999);
}

/**
 * Reads a typed number. Spaces, commas and points between groups of three digits are left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readLimit } from "./draft.ts";
 *
 * assert.equal(readLimit("150,000"), 150_000);
 * assert.equal(readLimit("1.5"), NaN);
 * ```
 */
export function readLimit(text: string): number {
  const plain = text.trim();
  if (/^\d+$/.test(plain)) return Number(plain);
  return /^\d{1,3}([ ,.'\u00a0\u202f]\d{3})+$/.test(plain) ? Number(plain.replace(/\D/g, "")) : NaN;
}

function without<T extends object>(of: T): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T;
}
