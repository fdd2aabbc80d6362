/** What the latest calls of a model and an endpoint have cost, for calls whose worst case is not known. */
import { maxUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import { dropOldest } from "../drop_oldest.ts";

/** Models and endpoints remembered in a workspace: the newest. */
const MAX_KINDS = 50;

/** A cheaper call lowers the expectation by this part of the difference. */
const FORGETTING = 64n;

/** One workspace's memory; lost with the process. */
export class CostMemory {
  readonly #costs = new Map<string, UsdNanos>();
  /** Of the call before: most calls are of its kind. */
  #last = { model: null as string | null, endpoint: "", kind: " " };

  /** Nearly the largest cost of the latest calls; 0 before the first. */
  expected(model: string | null, endpoint: string): UsdNanos {
    return this.#costs.get(this.#kindOf(model, endpoint)) ?? ZERO_USD;
  }

  learn(model: string | null, endpoint: string, cost: UsdNanos): void {
    const kind = this.#kindOf(model, endpoint);
    const known = this.#costs.get(kind);
    // Calls often cost the same, and division takes longer than the rest of this.
    if (cost === known) return;
    const lowered = known === undefined ? ZERO_USD : known - (known - cost) / FORGETTING as UsdNanos;
    this.#costs.set(kind, maxUsd(cost, lowered));
    if (known === undefined) dropOldest(this.#costs, MAX_KINDS);
  }

  #kindOf(model: string | null, endpoint: string): string {
    if (this.#last.model !== model || this.#last.endpoint !== endpoint) {
      this.#last = { model, endpoint, kind: `${endpoint} ${model ?? ""}` };
    }
    return this.#last.kind;
  }
}
