/** The limits in force: a workspace's own over the file's default over the environment's. */
import { type Limits, type SomeLimits, withLimits } from "../core/limits.ts";
import type { RulesInForce, ShadowRules } from "../core/budgets/rules_in_force.ts";
import { NO_BUDGETS } from "../core/budgets/rules.ts";
import { isLimited, NO_LIMITS, type WorkspaceLimits } from "../core/workspace_limits.ts";
import type { LimitsFile, LimitsReport, OwnLimits, WorkspaceSettings } from "../../shared/limits.ts";
import { METER_NAMES } from "../../shared/meters.ts";
import { budgetRules, budgetsInForce, raisedBudgets } from "./budgets_book.ts";

/** The configured limits, and the limits in force that follow from them. */
export class LimitsBook {
  readonly #environment: Limits;
  #file: LimitsFile;

  constructor(environment: Limits, file: LimitsFile = {}) {
    this.#environment = environment;
    this.#file = file;
  }

  /** Takes another file. */
  replace(file: LimitsFile): void {
    this.#file = file;
  }

  /** Whether the file sets a budget anywhere. */
  get hasBudgets(): boolean {
    const ids = ["", ...Object.keys(this.#file.workspaces ?? {})];
    return ids.some((id) => this.of(id, 0).budgets !== NO_BUDGETS);
  }

  /** Whether the file names the workspace. */
  has(workspace_id: string): boolean {
    return Object.hasOwn(this.#file.workspaces ?? {}, workspace_id);
  }

  /** The limits that the file sets for the workspace itself. */
  own(workspace_id: string): WorkspaceSettings {
    return this.has(workspace_id) ? this.#file.workspaces![workspace_id] : {};
  }

  /** The rules in force for the workspace. Field by field, a model's limit is the workspace's, else the default's. */
  of(workspace_id: string, now_ms: number): RulesInForce {
    return this.#rulesOf(this.own(workspace_id), now_ms);
  }

  /** The rules in force without temporary raises; with other settings of the workspace itself, if they are given. */
  withoutRaises(workspace_id: string, own: WorkspaceSettings = this.own(workspace_id)): RulesInForce {
    return this.#rulesOf(own, Infinity);
  }

  #rulesOf(own: WorkspaceSettings, now_ms: number): RulesInForce {
    const sources = [this.#file.default, own];
    const raises = sources.flatMap((source) => source?.raises ?? []).filter(({ until }) => Date.parse(until) > now_ms);
    const { limits, models } = limitsOf(this.#environment, sources);
    return {
      limits: { limits: raises.reduce(raisedLimits, limits), models },
      budgets: raises.reduce(raisedBudgets, budgetRules(sources)),
      shadow: shadowOf(sources.map((source) => source?.shadow)),
      until_ms: Math.min(...raises.map(({ until }) => Date.parse(until))),
    };
  }

  /** The configured limits and those in force, as the API shows them. */
  report(workspace_id: string, now_ms: number): LimitsReport {
    const { limits: { limits, models }, budgets } = this.of(workspace_id, now_ms);
    const by_model = [...models].map(([model, limits]) => ({ model, limits }));
    const own = this.own(workspace_id);
    return { workspace_id, own, limits, models: by_model, budgets: budgetsInForce(budgets) };
  }
}

type Source = Omit<OwnLimits, "budget_mode" | "raises" | "shadow"> | undefined;

function limitsOf(first: Limits, sources: readonly Source[]): WorkspaceLimits {
  const models = new Map<string, Limits>();
  for (const [model, set] of sources.flatMap(modelEntries)) {
    const limits = withLimits(models.get(model) ?? NO_LIMITS, set);
    if (isLimited(limits) || !set.budgets) models.set(model, limits);
  }
  return { limits: sources.reduce(withLimits, first), models };
}

function modelEntries(source: Source): [string, SomeLimits & { budgets?: unknown }][] {
  return Object.entries(source?.models ?? {});
}

/** Limits with those of a raise that are higher. */
function raisedLimits(limits: Limits, raise: SomeLimits): Limits {
  const higher = METER_NAMES.map((name) => {
    const [limit, raised] = [limits[name], raise[name]];
    if (limit === null || raised === undefined) return [name, limit];
    return [name, raised === null ? null : Math.max(limit, raised)];
  });
  return Object.fromEntries(higher) as Limits;
}

function shadowOf(sources: readonly Source[]): ShadowRules | null {
  if (sources.every((source) => source === undefined)) return null;
  return { limits: limitsOf(NO_LIMITS, sources), budgets: budgetRules(sources) };
}
