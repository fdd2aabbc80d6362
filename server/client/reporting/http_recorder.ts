/** The recorder of a program outside the service: asks for a permit before each attempt, and reports attempts in batches. */
import type { Headroom } from "../../../shared/api.ts";
import type { AttemptPlan, Permit, Recorder, Refusal, Wait } from "../../attempts/recorder.ts";
import { drained } from "../fetch/response/usage_drain.ts";
import { failureReason } from "./failure_reason.ts";
import { readHeadroom } from "./headroom.ts";
import type { HttpRecorderOptions } from "./http_recorder_options.ts";
import { type Answer, refusalOf, reportOf } from "./messages.ts";
import { ReservationRequests } from "./reservation_requests.ts";
import { REPORT_TIMEOUT_MS, ReportQueue, unrefPause } from "./report_queue.ts";
import { keyOfEnvironment, ServiceAddress } from "../../attempts/service_address.ts";
import { tokenizerLoading } from "../../attempts/tokens/text_tokens.ts";

/** Maximum time by which a flush delays the end of a program. */
const FLUSH_TIMEOUT_MS = 10_000;

export class HttpRecorder implements Recorder {
  readonly service: ServiceAddress;
  readonly #options: HttpRecorderOptions;
  readonly #byKey = new Map<string, HttpRecorder>();
  readonly #fetch: typeof fetch;
  readonly #timeout_ms: number;
  readonly #onProblem: (sentence: string) => void;
  readonly #reports: ReportQueue;
  readonly #now: () => number;
  #warned = false;
  readonly #reservations = new ReservationRequests();
  /** What was told once, also by recorders with other keys. */
  #told = new Set<string>();

  /** @throws {TypeError} for a key that is not an ingest key. */
  constructor(options: HttpRecorderOptions = {}) {
    const { service_url = "http://127.0.0.1:8787", quotaKey = keyOfEnvironment() } = options;
    this.service = new ServiceAddress(service_url, quotaKey, (sentence) => this.#tellOnce(sentence));
    this.#options = options;
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#timeout_ms = options.patience_ms ?? 250;
    this.#onProblem = options.onProblem ?? (() => {});
    this.#now = options.now ?? Date.now;
    this.#reports = new ReportQueue({
      // Set anew for each request: with it the service computes by its own clock when each attempt was sent.
      post: (attempts) => this.#post("attempts", { sent_at: this.#instant(), attempts }, REPORT_TIMEOUT_MS),
      onProblem: this.#onProblem,
      pause: options.pause ?? unrefPause,
    });
  }

  /** Number of reports that were dropped: the service was unavailable for too long, or refused them. */
  get dropped(): number {
    return this.#sum(this.#reports.dropped, (other) => other.dropped);
  }

  /** Number of reports that have not reached the service yet. */
  get waiting(): number {
    return this.#sum(this.#reports.waiting, (other) => other.waiting);
  }

  /**
   * A recorder with another key for the same service, for a program that sends calls for several workspaces. What it drops
   * and what waits in it is part of this recorder's numbers, and {@link flush} includes it.
   */
  withKey(key: string): HttpRecorder {
    if (key === this.service.key) return this;
    const known = this.#byKey.get(key);
    if (known) return known;
    const other = new HttpRecorder({ ...this.#options, quotaKey: key });
    other.#told = this.#told;
    this.#byKey.set(key, other);
    return other;
  }

  async reserve(plan: AttemptPlan, wait?: Wait): Promise<Permit | Refusal> {
    const started_at = this.#instant();
    // No limit refuses an attempt that takes no request.
    const isFree = plan.begun || plan.takes_request === false;
    const refusal = isFree ? null : await this.#askPermit(plan, wait);
    if (refusal) return refusal;
    return {
      settle: (result) => this.#reports.add(reportOf(plan, result, started_at)),
      release: () => isFree ? undefined : void this.#release(plan.id),
    };
  }

  /** @throws {Error} if the service cannot be reached, or does not answer with it. */
  headroom(workspace_id: string): Promise<Headroom> {
    return readHeadroom(this.service.url, workspace_id, this.#fetch, this.#init("GET", {}));
  }

  /**
   * Resolves when all attempts that have ended, or whose callers have left them, are reported. It keeps the program alive
   * meanwhile. Reports that the service did not take within `within_ms` are dropped, added to `dropped` and reported to
   * `onProblem`.
   */
  async flush({ within_ms = FLUSH_TIMEOUT_MS }: { within_ms?: number } = {}): Promise<void> {
    await Promise.all([this.#flushOwn(within_ms), ...this.#others.map((other) => other.flush({ within_ms }))]);
  }

  get #others(): HttpRecorder[] {
    return [...this.#byKey.values()];
  }

  #sum(own: number, of: (other: HttpRecorder) => number): number {
    return this.#others.reduce((sum, other) => sum + of(other), own);
  }

  async #flushOwn(within_ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), within_ms));
    const done = drained().then(tokenizerLoading).then(() => this.#reports.flush());
    try {
      if (await Promise.race([done, late]) === "late") {
        this.#reports.dropAll(`which ${this.service.url} did not take within ${within_ms} ms of the flush`);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #instant(): string {
    return new Date(this.#now()).toISOString();
  }

  /** Returns `null` if the attempt may be sent: it is permitted, or the service did not decide in time. */
  async #askPermit(plan: AttemptPlan, wait: Wait | undefined): Promise<Refusal | null> {
    try {
      const timeout_ms = this.#timeout_ms + (wait?.max_wait_ms ?? 0);
      const post = (body: object) => this.#post("reservations", body, timeout_ms, wait?.signal);
      const response = await this.#reservations.ask(post, plan, wait);
      const answer = await response.json() as Answer;
      if (response.ok) return null;
      const refusal = refusalOf(answer);
      if (!refusal) this.#onProblem(`The service could not reserve for "${plan.workspace_id}": ${answer.detail}`);
      if (response.status === 401) this.#warnOfKey(answer);
      return refusal;
    } catch (error) {
      wait?.signal?.throwIfAborted();
      const reason = failureReason(error, this.#timeout_ms + (wait?.max_wait_ms ?? 0));
      this.#onProblem(
        `Cannot ask the service at ${this.service.url} for a permit, so the call is sent unchecked: ${reason}`,
      );
      return null;
    }
  }

  #tellOnce(sentence: string): void {
    if (this.#told.has(sentence)) return;
    this.#told.add(sentence);
    if (this.#options.onProblem) this.#onProblem(sentence);
    else console.warn(`Quota Gauge: ${sentence}`);
  }

  #warnOfKey({ detail }: Answer): void {
    if (this.#options.onProblem || this.#warned) return;
    this.#warned = true;
    console.warn(`Quota Gauge counts no calls of this program: ${detail}`);
  }

  async #release(id: string): Promise<void> {
    try {
      const url = `${this.service.url}/api/quota/reservations/${encodeURIComponent(id)}`;
      await (await this.#fetch(url, this.#init("DELETE", {}))).body?.cancel();
    } catch (error) {
      const reason = failureReason(error, REPORT_TIMEOUT_MS);
      this.#onProblem(`Cannot release a reservation at ${this.service.url}, so it will expire: ${reason}`);
    }
  }

  /** A redirect is an error, so that the key reaches no other server. */
  #init(method: string, headers: Record<string, string>): RequestInit {
    return { method, headers: { ...headers, ...this.service.headers }, redirect: "error" };
  }

  /** Rejects if the response is not complete after `timeout_ms`. */
  async #post(path: string, body: unknown, timeout_ms: number, signal?: AbortSignal): Promise<Response> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeout_ms);
    const signals = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
    const init = {
      ...this.#init("POST", { "content-type": "application/json" }),
      body: JSON.stringify(body),
      signal: signals,
    };
    try {
      const response = await this.#fetch(`${this.service.url}/api/quota/${path}`, init);
      return new Response(await response.text(), { status: response.status });
    } finally {
      clearTimeout(timer);
    }
  }
}
