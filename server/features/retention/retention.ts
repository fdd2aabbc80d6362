/** Deletes attempts that are older than `QUOTA_RETENTION_DAYS`: once an hour, in small batches with pauses. */
import type { Clock } from "../../core/clock.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { defineFeature } from "../feature.ts";

const DAY_MS = 86_400_000;

/** The first run after the start. By then the service has answered its first calls. */
export const FIRST_RUN_MS = 60_000;

export const INTERVAL_MS = 3_600_000;

/** The time between two batches. A batch takes about 5 ms, so nine tenths of the ledger's time remain for calls. */
export const PAUSE_MS = 50;

interface RetentionOptions {
  ledger: Pick<Ledger, "prune">;
  clock: Clock;
  days: number;
  /** The attempts that budgets count must stay: a start sums them up. */
  neededFrom: () => number;
  log: (event: string, fields: Record<string, unknown>) => void;
}

/** The work on one ledger. A run that fails is logged; the next one goes on where it ended. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #stops: (() => void)[];
  #isRunning = false;
  #isStopped = false;

  constructor(options: RetentionOptions) {
    const { clock } = options;
    this.#options = options;
    this.#stops = [
      clock.after(FIRST_RUN_MS, () => void this.#run()),
      clock.every(INTERVAL_MS, () => void this.#run()),
    ];
  }

  /** Ends a run after its present batch. */
  stop(): void {
    this.#isStopped = true;
    this.#stops.forEach((stop) => stop());
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { clock, days, log, neededFrom } = this.#options;
    const before_ms = Math.min(clock.now() - days * DAY_MS, neededFrom());
    const attempts = await this.#deleteAll(before_ms);
    if (attempts > 0) log("attempts_deleted", { attempts, started_before: new Date(before_ms).toISOString() });
    this.#isRunning = false;
  }

  async #deleteAll(before_ms: number): Promise<number> {
    const { ledger, log } = this.#options;
    let attempts = 0;
    try {
      for (let batch = -1; batch !== 0 && !this.#isStopped;) {
        batch = await ledger.prune(before_ms);
        attempts += batch;
        if (batch > 0) await this.#pause();
      }
    } catch (error) {
      log("retention_failed", { cause: String(error) });
    }
    return attempts;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#options.clock.after(PAUSE_MS, resolve));
  }
}

export const retention = defineFeature<Retention>({
  routes: [],
  start: ({ ledger, clock, config, log, tracker }) => {
    const neededFrom = () => tracker.hasBudgets ? Math.min(...tracker.periods.starts_ms) : Infinity;
    return new Retention({ ledger, clock, days: config.retention_days, log, neededFrom });
  },
  stop: (retention) => retention.stop(),
});
