/** What one attempt took from limits and budgets. */
import type { UsdNanos } from "../../../shared/money/money.ts";
import type { SpendNames } from "../budgets/rules.ts";

export interface AttemptUse {
  /** Attempts with the same names may share the object. */
  readonly names: SpendNames;
  readonly started_at_ms: number;
  /** The id of its call; `null` for the only attempt of a call, if the attempt has the call's id. */
  readonly call: string | null;
  /** Whether it counts toward limits of requests. Limits and budgets never refuse an attempt that does not. */
  readonly takes_request: boolean;
  /** Of unknown usage, the tokens that it was charged. */
  readonly tokens: number;
  /** Its cost; where that is unknown, the money that it was charged. */
  readonly spent: UsdNanos;
}
