/** Reports of finished attempts on their way to the service: in batches, kept while it is away, each counted once by its id. */
import type { AttemptReport } from "../../../shared/api.ts";

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

  /** Drops all that waits, and says so; what is on its way at this moment may arrive all the same. */
  giveUp(why: string): void {
    if (this.#waiting.length > 0) this.#drop(this.#waiting.splice(0), why);
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
      const refusal = refusalOf(response.status, answer);
      if (refusal === "later") {
        onProblem(`${batch.length} reports wait, for the service does not take them now: ${answer.slice(0, 200)}`);
        return false;
      }
      const parts = refusal === "none" ? [] : refusal === "workspace" ? byWorkspace(batch) : halves(batch);
      if (parts.length > 1) return await this.#deliverAll(parts);
      this.#drop(batch, `which the service will not take: ${answer.slice(0, 300)}`);
      return true;
    } catch (error) {
      onProblem(`${batch.length} reports wait for the service: ${error}`);
      return false;
    }
  }

  /** One report that the service will not take must not cost the others of its batch. */
  async #deliverAll(parts: Report[][]): Promise<boolean> {
    for (const part of parts) if (!await this.#deliver(part)) return false;
    return true;
  }

  #drop(reports: Report[], why: string): void {
    this.#dropped += reports.length;
    const [{ id }] = reports;
    const what = reports.length === 1 ? `the report of attempt ${id}` : `${reports.length} reports, the first of ${id}`;
    this.#options.onProblem(`Dropped ${what}, ${why}`);
  }
}

/** What a refused batch is refused for: all of it for now, all for good, one workspace in it, or one report in it. */
type BatchRefusal = "later" | "none" | "workspace" | "report";

function refusalOf(status: number, answer: string): BatchRefusal {
  // It lasts until somebody who runs the service raises its cap: reports that wait for it would push out all others.
  if (status === 429 && codeOf(answer) === "too_many_workspaces") return "workspace";
  if (status >= 500 || status === 429 || status === 408) return "later";
  // No service of ours at this address, or none for us.
  return [401, 403, 404, 405].includes(status) ? "none" : "report";
}

function codeOf(answer: string): unknown {
  try {
    return (JSON.parse(answer) as { code?: unknown } | null)?.code;
  } catch {
    return undefined;
  }
}

function byWorkspace(batch: Report[]): Report[][] {
  return [...Map.groupBy(batch, ({ workspace_id }) => workspace_id).values()];
}

function halves(batch: Report[]): Report[][] {
  const middle = batch.length >> 1;
  return middle === 0 ? [batch] : [batch.slice(0, middle), batch.slice(middle)];
}
