/** The rules of a preview: those in force beside those in question. */
import type { LimitsPreview, PreviewedRule } from "../../../../shared/budgets/limits_preview.ts";

export interface PreviewRow {
  key: string;
  /** As it is in force; `null` for a new rule. */
  current: PreviewedRule | null;
  /** As it would be; `null` for one that goes. */
  proposed: PreviewedRule | null;
}

/** One row for each rule: first those that change, then those that calls have no room in. */
export function previewRows({ current, proposed }: Pick<LimitsPreview, "current" | "proposed">): PreviewRow[] {
  const before = new Map(current.rules.map((rule) => [keyOf(rule), rule]));
  const after = new Map(proposed.rules.map((rule) => [keyOf(rule), rule]));
  const keys = [...new Set([...after.keys(), ...before.keys()])];
  const rows = keys.map((key) => ({ key, current: before.get(key) ?? null, proposed: after.get(key) ?? null }));
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Whether a row has something to say: it changes, or calls have no room in it. */
export function isTelling(row: PreviewRow): boolean {
  return rankOf(row) < 2;
}

function rankOf({ current, proposed }: PreviewRow): number {
  if (current?.limit !== proposed?.limit || current?.mode !== proposed?.mode) return 0;
  return current?.refused_calls || proposed?.refused_calls ? 1 : 2;
}

/** A rule may be enforced and observed with different limits. */
function keyOf({ scope, name, rule, mode }: PreviewedRule): string {
  return JSON.stringify([scope, name, rule, mode === "shadow"]);
}
