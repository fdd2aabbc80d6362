/** Sends reports of ended attempts to the service in batches, and keeps them while it is unavailable. Its ids count each once. */
import type { AttemptReport } from "../../../shared/attempts.ts";
import { afterUnref } from "../unref_timer.ts";
import { failureReason } from "./failure_reason.ts";

/** The report of an attempt, with the provider's headers. */
export type Report = AttemptReport & { headers?: Record<string, string>; credential?: string | null };

/** The fields that services of contract 2 without costs refuse. */
const NEWER_FIELDS = ["run", "request_id", "usage_parts"] as const;

function hasNewerFields(report: Report): boolean {
  return NEWER_FIELDS.some((name) => report[name] !== undefined);
}

function withoutNewerFields(report: Report): Report {
  const { run: _run, request_id: _id, usage_parts: _parts, ...older } = report;
  return older;
}

/** Reports that wait while the service is unavailable. Above that the oldest are dropped. */
export const MAX_WAITING = 10_000;

const MAX_BATCH_SIZE = 500;

/** A batch without a response is sent again after this time. */
export const REPORT_TIMEOUT_MS = 10_000;

/** Pause after a failure, doubled with each failure in a row up to the maximum. */
const MIN_PAUSE_MS = 250;
const MAX_PAUSE_MS = 15_000;

interface ReportQueueOptions {
  /** Sends one batch. Rejects without a response. */
  post: (attempts: Report[]) => Promise<Response>;
  /** Receives one sentence for each dropped report. */
  onProblem: (sentence: string) => void;
  /** Waits before a batch is sent again. It must not keep the program alive. */
  pause: (ms: number) => Promise<void>;
}

export class ReportQueue {
  readonly #options: ReportQueueOptions;
  #waiting: Report[] = [];
  #sending: Promise<void> | null = null;
  #failures = 0;
  #dropped = 0;
  /** The service has refused the fields that older ones do not know. */
  #isOlder = false;

  constructor(options: ReportQueueOptions) {
    this.#options = options;
  }

  /** Number of reports that were dropped: the service was unavailable for too long, or refused them. */
  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(report: Report): void {
    this.#waiting.push(report);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
      this.#options.onProblem(`Dropped the oldest of ${MAX_WAITING} reports: the service is unavailable`);
    }
    this.#sending ??= this.#send();
  }

  /** Resolves when no report waits. */
  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  /** Drops all reports that wait. A batch that is being sent may still arrive. */
  dropAll(why: string): void {
    if (this.#waiting.length > 0) this.#drop(this.#waiting.splice(0), why);
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Attempts that end in the same turn of the event loop are sent in one batch.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const batch = this.#waiting.slice(0, MAX_BATCH_SIZE);
      if (await this.#deliver(batch)) {
        const done = new Set(batch);
        this.#waiting = this.#waiting.filter((report) => !done.has(report));
        this.#failures = 0;
      } else await this.#options.pause(Math.min(MIN_PAUSE_MS * 2 ** this.#failures++, MAX_PAUSE_MS));
    }
    this.#sending = null;
  }

  /** Returns whether the batch is done: stored, or refused permanently. Sending twice is harmless because reports have ids. */
  async #deliver(batch: Report[]): Promise<boolean> {
    const { post, onProblem } = this.#options;
    try {
      const response = await post(this.#isOlder ? batch.map(withoutNewerFields) : batch);
      const answer = await response.text();
      if (response.ok) return true;
      const scope = refusalScope(response.status, answer);
      if (scope === "temporary") {
        onProblem(`${batch.length} reports wait because the service does not take them now: ${answer.slice(0, 200)}`);
        return false;
      }
      if (scope === "report" && await this.#isTakenWithoutNewerFields(batch)) return true;
      const parts = scope === "batch" ? [] : scope === "workspace" ? byWorkspace(batch) : halves(batch);
      if (parts.length > 1) return await this.#deliverAll(parts);
      this.#drop(batch, `which the service refuses: ${answer.slice(0, 300)}`);
      return true;
    } catch (error) {
      onProblem(`${batch.length} reports wait for the service: ${failureReason(error, REPORT_TIMEOUT_MS)}`);
      return false;
    }
  }

  /** Whether an older service takes a batch that it has refused. It does not know the newer fields. */
  async #isTakenWithoutNewerFields(batch: Report[]): Promise<boolean> {
    if (this.#isOlder || !batch.some(hasNewerFields)) return false;
    const { ok } = await this.#options.post(batch.map(withoutNewerFields));
    this.#isOlder = ok;
    return ok;
  }

  /** Splits a refused batch, so that one bad report does not cost the others. */
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

/** The scope of a refusal: the batch for now, the batch permanently, one workspace in it, or one report in it. */
type RefusalScope = "temporary" | "batch" | "workspace" | "report";

function refusalScope(status: number, answer: string): RefusalScope {
  // It lasts until the service's limit is raised. Reports that wait for that would displace all others.
  if (status === 429 && codeOf(answer) === "too_many_workspaces") return "workspace";
  if (status >= 500 || status === 429 || status === 408) return "temporary";
  // The key covers some workspaces and not others.
  if (codeOf(answer) === "not_allowed") return "workspace";
  // The address is not one of a Quota Gauge service, or access is denied.
  return [401, 403, 404, 405].includes(status) ? "batch" : "report";
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

/**
 * The default pause. It does not keep the program alive, because the service may never be available again. Waits between half of the time and all
 * of it, because programs that lost the service together must not send together.
 */
export function unrefPause(ms: number): Promise<void> {
  return new Promise((resolve) => void afterUnref(ms * (1 + Math.random()) / 2, resolve));
}
