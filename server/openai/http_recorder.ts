/** The recorder of a program in another process: asks the service before each attempt, and reports in batches after. */
import type { AttemptReport } from "../../shared/api.ts";
import type { AttemptPlan, AttemptResult, Permit, Recorder, Refusal } from "./recorder.ts";

export interface HttpRecorderOptions {
  /** Origin of the service; `http://127.0.0.1:8787` by default. */
  service_url?: string;
  /** The fetch that talks to the service. */
  fetch?: typeof fetch;
  /** Longest wait for leave, in milliseconds: past it the attempt is sent and counted, unrefused. 250 by default. */
  patience_ms?: number;
  /** Told what could not be reported, and why. Silent by default. */
  onProblem?: (sentence: string) => void;
}

/** Reports that wait while the service is away; past it the oldest are dropped and said. */
const MOST_WAITING = 10_000;
const MOST_A_BATCH = 500;
const RETRY_MS = 1000;

type Report = AttemptReport & { headers?: Record<string, string> };

export class HttpRecorder implements Recorder {
  readonly #service: string;
  readonly #fetch: typeof fetch;
  readonly #patience: number;
  readonly #onProblem: (sentence: string) => void;
  #waiting: Report[] = [];
  #sending: Promise<void> | null = null;
  #dropped = 0;

  constructor(options: HttpRecorderOptions = {}) {
    this.#service = (options.service_url ?? "http://127.0.0.1:8787").replace(/\/$/, "");
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#patience = options.patience_ms ?? 250;
    this.#onProblem = options.onProblem ?? (() => {});
  }

  /** Reports that were dropped because the service was away for too long. */
  get dropped(): number {
    return this.#dropped;
  }

  async reserve(plan: AttemptPlan): Promise<Permit | Refusal> {
    const started_at = new Date().toISOString();
    const refusal = await this.#ask(plan);
    if (refusal) return refusal;
    return {
      settle: (result) => this.#report(reportOf(plan, result, started_at)),
      release: () => this.#release(plan.id),
    };
  }

  /** Resolves when all that was settled so far has been reported, or given up. */
  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  /** `null` is leave: granted, or the service did not answer in time, or cannot judge. */
  async #ask(plan: AttemptPlan): Promise<Refusal | null> {
    const { id, workspace_id, tokens } = plan;
    try {
      const response = await this.#post(
        "reservations",
        { id, workspace_id, tokens },
        AbortSignal.timeout(this.#patience),
      );
      const answer = await response.json() as { code?: string; detail?: string; retry_after_ms?: number | null };
      if (response.ok) return null;
      if (response.status !== 429) {
        this.#onProblem(`The service could not reserve for "${workspace_id}": ${answer.detail}`);
      } else return refusalOf(answer);
    } catch (error) {
      this.#onProblem(`The service at ${this.#service} did not answer, so the call is sent unchecked: ${error}`);
    }
    return null;
  }

  #report(report: Report): void {
    this.#waiting.push(report);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
      this.#onProblem(`Dropped the oldest of ${MOST_WAITING} reports: the service at ${this.#service} is away`);
    }
    this.#sending ??= this.#send().finally(() => this.#sending = null);
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A turn of the loop first, so that attempts which end together travel together.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const attempts = this.#waiting.slice(0, MOST_A_BATCH);
      const sent = await this.#sendBatch(attempts);
      if (sent) this.#waiting = this.#waiting.filter((report) => !attempts.includes(report));
      else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Whether the batch is off our hands: stored, or refused for good. Ids make a second try harmless. */
  async #sendBatch(attempts: Report[]): Promise<boolean> {
    try {
      const response = await this.#post("attempts", { attempts });
      const answer = await response.text();
      if (response.ok) return true;
      this.#onProblem(
        `The service did not take ${attempts.length} reports (${response.status}): ${answer.slice(0, 200)}`,
      );
      return response.status < 500 && response.status !== 429;
    } catch (error) {
      this.#onProblem(`${attempts.length} reports wait for the service at ${this.#service}: ${error}`);
      return false;
    }
  }

  async #release(id: string): Promise<void> {
    try {
      const url = `${this.#service}/api/quota/reservations/${encodeURIComponent(id)}`;
      await (await this.#fetch(url, { method: "DELETE" })).body?.cancel();
    } catch (error) {
      this.#onProblem(`Could not give a reservation back; it expires by itself: ${error}`);
    }
  }

  #post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body), signal };
    return this.#fetch(`${this.#service}/api/quota/${path}`, init);
  }
}

function reportOf(plan: AttemptPlan, result: AttemptResult, started_at: string): Report {
  const { tokens: _tokens, input_tokens: _input, ...known } = plan;
  const { error_message: _message, limit_headers, ...rest } = result;
  return { ...known, started_at, ...rest, headers: { ...limit_headers } };
}

function refusalOf(answer: { code?: string; detail?: string; retry_after_ms?: number | null }): Refusal {
  const refused = answer.code === "workspace_quota_exceeded" ? answer.code : "workspace_rate_limited";
  return {
    refused,
    message: answer.detail ?? "The workspace's limit is full",
    retry_after_ms: answer.retry_after_ms ?? null,
  };
}
