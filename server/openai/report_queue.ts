/** Reports of finished attempts on their way to the service: in batches, kept while it is away, each counted once by its id. */
import type { AttemptReport } from "../../shared/api.ts";

/** An attempt as it is reported, with the provider's headers. */
export type Report = AttemptReport & { headers?: Record<string, string> };

/** Reports that wait while the service is away; past it the oldest are dropped and said. */
export const MOST_WAITING = 10_000;

const MOST_A_BATCH = 500;

/** Pause after the first failure in a row, doubled with each, up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

export interface ReportQueueOptions {
  /** Sends one batch. Rejects when nobody answered. */
  post: (attempts: Report[]) => Promise<Response>;
  /** Told what could not be reported, and why. */
  onProblem: (sentence: string) => void;
  /** Waits before the next try. It must not keep a program alive that is done. */
  pause: (ms: number) => Promise<void>;
}

export class ReportQueue {
  readonly #options: ReportQueueOptions;
  #waiting: Report[] = [];
  #sending: Promise<void> | null = null;
  #failures = 0;
  #dropped = 0;

  constructor(options: ReportQueueOptions) {
    this.#options = options;
  }

  /** Reports that were given up: the service was away for too long, or would not take them. */
  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(report: Report): void {
    this.#waiting.push(report);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
      this.#options.onProblem(`Dropped the oldest of ${MOST_WAITING} reports: the service is away`);
    }
    this.#sending ??= this.#send();
  }

  /** Resolves when nothing waits any more. */
  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A turn of the loop first, so that attempts which end together travel together.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const batch = this.#waiting.slice(0, MOST_A_BATCH);
      if (await this.#deliver(batch)) {
        const done = new Set(batch);
        this.#waiting = this.#waiting.filter((report) => !done.has(report));
        this.#failures = 0;
      } else await this.#options.pause(Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS));
    }
    this.#sending = null;
  }

  /** Whether the batch is off our hands: stored, or refused for good. A second try is harmless: ids tell what came before. */
  async #deliver(batch: Report[]): Promise<boolean> {
    const { post, onProblem } = this.#options;
    try {
      const response = await post(batch);
      const answer = await response.text();
      if (response.ok) return true;
      if (response.status >= 500 || response.status === 429) {
        onProblem(`${batch.length} reports wait, for the service does not take them now: ${answer.slice(0, 200)}`);
        return false;
      }
      if (batch.length > 1) return await this.#halves(batch);
      this.#dropped++;
      onProblem(
        `Dropped the report of attempt ${batch[0].id}, which the service will not take: ${answer.slice(0, 300)}`,
      );
      return true;
    } catch (error) {
      onProblem(`${batch.length} reports wait for the service: ${error}`);
      return false;
    }
  }

  /** One report that the service will not take must not cost the others of its batch. */
  async #halves(batch: Report[]): Promise<boolean> {
    const middle = batch.length >> 1;
    return await this.#deliver(batch.slice(0, middle)) && await this.#deliver(batch.slice(middle));
  }
}
