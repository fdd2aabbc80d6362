/** Everything that the limits file sets for one workspace, as it is in force at an instant. */
import type { WorkspaceLimits } from "../workspace_limits.ts";
import type { BudgetRules } from "./rules.ts";

/** Limits and budgets that are observed only: the calls that they would refuse are counted. */
export interface ShadowRules {
  readonly limits: WorkspaceLimits;
  readonly budgets: BudgetRules;
}

/** The limits and budgets of one workspace. The object is replaced when they change. */
export interface RulesInForce {
  readonly limits: WorkspaceLimits;
  readonly budgets: BudgetRules;
  readonly shadow: ShadowRules | null;
  /** When a temporary raise ends, so that others are in force; `Infinity` where none is. Epoch milliseconds. */
  readonly until_ms: number;
}
