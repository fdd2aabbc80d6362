/** The spend of workspaces that are not in memory: packed, because there may be many times more of them. */
import type { Periods } from "../../core/budgets/periods.ts";
import type { WorkspaceSpend } from "./workspace_spend.ts";

interface Kept {
  text: string;
  /** The end of its week and month. */
  until_ms: number;
}

/** Packed spend by workspace, about 200 bytes each. */
export class KeptSpend {
  readonly #kept = new Map<string, Kept>();
  /** The periods in which spend of earlier ones was deleted last. */
  #periods: Periods | null = null;

  has(workspace_id: string): boolean {
    return this.#kept.has(workspace_id);
  }

  /** Keeps what was spent in the current periods. Calls in flight are not kept. */
  keep(workspace_id: string, spend: WorkspaceSpend, periods: Periods): void {
    if (this.#periods !== periods) this.#deleteEarlier(periods);
    const text = spend.pack(periods);
    if (text === null) this.#kept.delete(workspace_id);
    else this.#kept.set(workspace_id, { text, until_ms: Math.max(...periods.ends_ms) });
  }

  /** Adds what is kept to new counters. */
  restore(workspace_id: string, spend: WorkspaceSpend): void {
    const kept = this.#kept.get(workspace_id);
    if (kept) spend.unpack(kept.text);
  }

  delete(workspace_id: string): void {
    this.#kept.delete(workspace_id);
  }

  /** Once a day. */
  #deleteEarlier(periods: Periods): void {
    this.#periods = periods;
    const first_ms = Math.min(...periods.starts_ms);
    for (const [id, { until_ms }] of this.#kept) if (until_ms <= first_ms) this.#kept.delete(id);
  }
}
