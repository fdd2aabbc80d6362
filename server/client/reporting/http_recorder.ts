/** The recorder of a program in another process: asks the service before each attempt, and reports in batches after. */
import { REFUSALS } from "../../attempts/recorder.ts";
import type { AttemptPlan, AttemptResult, Permit, Recorder, Refusal, Wait } from "../../attempts/recorder.ts";
import { type Report, ReportQueue } from "./report_queue.ts";
import { tokenizerLoading } from "../../attempts/tokens/text_tokens.ts";

export interface HttpRecorderOptions {
  /** Origin of the service; `http://127.0.0.1:8787` by default. */
  service_url?: string;
  /** The fetch that talks to the service. */
  fetch?: typeof fetch;
  /** Longest wait for leave, in milliseconds: past it the attempt is sent and counted, unrefused. 250 by default. */
  patience_ms?: number;
  /** Told what could not be reported, and why. Silent by default. */
  onProblem?: (sentence: string) => void;
  /** Waits before a report is tried again; by default without keeping the program alive for it. */
  pause?: (ms: number) => Promise<void>;
  /** The program's clock, in epoch milliseconds; it may differ from the service's. */
  now?: () => number;
}

/** A batch that nobody has answered by then is sent again later. */
const LONGEST_REPORT_MS = 10_000;

/** Longest that a flush holds up the end of a program. */
const LONGEST_FLUSH_MS = 10_000;

export class HttpRecorder implements Recorder {
  readonly #service: string;
  readonly #fetch: typeof fetch;
  readonly #patience: number;
  readonly #onProblem: (sentence: string) => void;
  readonly #reports: ReportQueue;
  readonly #now: () => number;

  constructor(options: HttpRecorderOptions = {}) {
    this.#service = (options.service_url ?? "http://127.0.0.1:8787").replace(/\/+$/, "");
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#patience = options.patience_ms ?? 250;
    this.#onProblem = options.onProblem ?? (() => {});
    this.#now = options.now ?? Date.now;
    this.#reports = new ReportQueue({
      // Stamped with each try: from it the service tells how long ago, by its own clock, each attempt was sent.
      post: (attempts) => this.#post("attempts", { sent_at: this.#instant(), attempts }, LONGEST_REPORT_MS),
      onProblem: this.#onProblem,
      pause: options.pause ?? quietPause,
    });
  }

  /** Reports that were given up: the service was away for too long, or would not take them. */
  get dropped(): number {
    return this.#reports.dropped;
  }

  /** Reports that have not reached the service yet. */
  get waiting(): number {
    return this.#reports.waiting;
  }

  async reserve(plan: AttemptPlan, wait?: Wait): Promise<Permit | Refusal> {
    const started_at = this.#instant();
    const refusal = plan.begun ? null : await this.#ask(plan, wait);
    if (refusal) return refusal;
    return {
      settle: (result) => this.#reports.add(reportOf(plan, result, started_at)),
      release: () => plan.begun ? undefined : void this.#release(plan.id),
    };
  }

  /**
   * Resolves when all that was settled so far has been reported. As the last step of a program it keeps it alive, while
   * the service is away for `within_ms` at most; what could not be reported by then is dropped, counted and said.
   */
  async flush({ within_ms = LONGEST_FLUSH_MS }: { within_ms?: number } = {}): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), within_ms));
    const done = Promise.resolve(tokenizerLoading()).then(() => this.#reports.flush());
    try {
      if (await Promise.race([done, late]) === "late") {
        this.#reports.giveUp(`which could not be told to ${this.#service} within ${within_ms} ms of the flush`);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #instant(): string {
    return new Date(this.#now()).toISOString();
  }

  /** `null` is leave: granted, or the service did not answer in time, or cannot judge. */
  async #ask(plan: AttemptPlan, wait: Wait | undefined): Promise<Refusal | null> {
    try {
      const patience_ms = this.#patience + (wait?.max_wait_ms ?? 0);
      const response = await this.#post("reservations", reservationOf(plan, wait), patience_ms, wait?.signal);
      const answer = await response.json() as Answer;
      if (response.ok) return null;
      const refusal = refusalOf(answer);
      if (!refusal) this.#onProblem(`The service could not reserve for "${plan.workspace_id}": ${answer.detail}`);
      return refusal;
    } catch (error) {
      wait?.signal?.throwIfAborted();
      this.#onProblem(`The service at ${this.#service} did not answer, so the call is sent unchecked: ${error}`);
      return null;
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

  /** The answer, whole; rejects when it is not there after `patience_ms`. */
  async #post(path: string, body: unknown, patience_ms: number, left?: AbortSignal): Promise<Response> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patience_ms);
    const headers = { "content-type": "application/json" };
    const signal = left ? AbortSignal.any([left, patience.signal]) : patience.signal;
    const init = { method: "POST", headers, body: JSON.stringify(body), signal };
    try {
      const response = await this.#fetch(`${this.#service}/api/quota/${path}`, init);
      return new Response(await response.text(), { status: response.status });
    } finally {
      clearTimeout(timer);
    }
  }
}

function reservationOf(
  { id, workspace_id, tokens, input_tokens, output_cap, model }: AttemptPlan,
  wait?: Wait,
): object {
  const waits = wait ? { on_limit: "wait", max_wait_ms: wait.max_wait_ms } : {};
  return { id, workspace_id, tokens, input_tokens, output_cap, model, ...waits };
}

function reportOf(plan: AttemptPlan, result: AttemptResult, started_at: string): Report {
  const { tokens: _tokens, input_tokens: _input, output_cap: _cap, begun: _begun, ...known } = plan;
  const { error_message: _message, limit_headers, ...rest } = result;
  return { ...known, app: known.app?.slice(0, 200) ?? null, started_at, ...rest, headers: { ...limit_headers } };
}

interface Answer {
  code?: string;
  detail?: string;
  retry_after_ms?: number | null;
  limits?: Refusal["limits"];
}

function refusalOf({ code, detail, retry_after_ms, limits }: Answer): Refusal | null {
  const refused = REFUSALS.find((known) => known === code);
  const message = detail ?? "The service refused";
  return refused ? { refused, message, retry_after_ms: retry_after_ms ?? null, limits } : null;
}

/** A program that is done ends, with what it could not report unreported: the service may never come back. */
function quietPause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, ms);
    if (typeof timer === "number") runtime.Deno?.unrefTimer(timer);
    else (timer as { unref?(): void }).unref?.();
  });
}

const runtime = globalThis as { Deno?: { unrefTimer(timer: number): void } };
