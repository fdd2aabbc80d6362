/** Takes the costs that another process corrects in the ledger into the counters, each once. */
import type { Periods } from "../../core/budgets/periods.ts";
import type { Ledger, SpendCorrection } from "../../ledger/ledger.ts";
import type { Workspace } from "../workspace.ts";
import type { Workspaces } from "../workspaces.ts";
import type { loadSpend } from "./spend_loading.ts";

/** The parts that {@link SpendCorrections} uses. */
interface CorrectionsOptions {
  ledger: Pick<Ledger, "corrections">;
  workspaces: Workspaces;
  periodsOf: (now_ms: number) => Periods;
  /** What was loaded at the start. */
  days: Awaited<ReturnType<typeof loadSpend>>;
  /** The last attempt that was loaded. This process has counted those after it. */
  last_place: number;
}

export class SpendCorrections {
  readonly #options: CorrectionsOptions;
  #place: number;
  #isBusy = false;

  constructor(options: CorrectionsOptions) {
    this.#options = options;
    this.#place = Math.min(...options.days.map(({ corrections_place }) => corrections_place));
  }

  /**
   * Takes what was corrected since the last time.
   *
   * @param changed is called for each workspace in memory whose counters change.
   * @throws {LedgerError} when the ledger cannot be read; the next time takes the rest.
   */
  async take(now_ms: number, changed: (workspace: Workspace) => void): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (await this.#takeSome(now_ms, changed));
    } finally {
      this.#isBusy = false;
    }
  }

  /** @returns whether there may be more. */
  async #takeSome(now_ms: number, changed: (workspace: Workspace) => void): Promise<boolean> {
    const { ledger, workspaces, periodsOf } = this.#options;
    const periods = periodsOf(now_ms);
    const { place, corrections } = await ledger.corrections(this.#place, Math.min(...periods.starts_ms));
    for (const correction of corrections) {
      if (this.#isLoaded(correction)) continue;
      const { workspace_id } = correction;
      const workspace = workspaces.changeSpend(workspace_id, (budgets) => budgets.correct(correction, periods));
      if (workspace) changed(workspace);
    }
    const isMore = place > this.#place;
    this.#place = place;
    return isMore;
  }

  /** Whether the sums that were loaded at the start have it already. */
  #isLoaded({ attempt_place, started_at_ms, place }: SpendCorrection): boolean {
    const { days, last_place } = this.#options;
    if (attempt_place > last_place) return false;
    return place <= days.find(({ to_ms }) => started_at_ms < to_ms)!.corrections_place;
  }
}
