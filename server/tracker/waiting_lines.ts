/** Attempts that wait for a full minute to open: one line a workspace, in the order of arrival. */
import type { Clock } from "../core/clock.ts";
import {
  type AttemptPlan,
  isRefusal,
  MAX_WAIT_MS,
  type Permit,
  type Refusal,
  type Wait,
} from "../attempts/recorder.ts";

/** Attempts that may wait in one workspace; one more is refused at once. */
export const MOST_WAITING = 1000;

/** Tries an attempt once. */
type Try = () => Permit | Refusal;

interface Waiting {
  plan: AttemptPlan;
  try: Try;
  until_ms: number;
  answer(decision: Permit | Refusal): void;
}

/** The lines of all workspaces. Nothing in it is timed: it looks when something was given back, and once a second. */
export class WaitingLines {
  readonly #clock: Clock;
  readonly #lines = new Map<string, Set<Waiting>>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Attempts that wait, in all workspaces. */
  get size(): number {
    let size = 0;
    for (const line of this.#lines.values()) size += line.size;
    return size;
  }

  /**
   * Decides at once where that can be done in turn; else waits, where `wait` allows it.
   *
   * @returns the refusal where waiting cannot help, or the line is too long.
   */
  decide(plan: AttemptPlan, attempt: Try, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal> {
    // What has come free goes to those who have waited for it.
    this.advance(plan.workspace_id);
    return wait ? this.#join(plan, attempt, wait) : attempt();
  }

  #join(plan: AttemptPlan, attempt: Try, wait: Wait): Permit | Refusal | Promise<Permit | Refusal> {
    const line = this.#lines.get(plan.workspace_id) ?? new Set();
    const decision = line.size === 0 || line.size >= MOST_WAITING || this.#closed ? attempt() : null;
    if (decision && (line.size > 0 || this.#closed || !isRefusal(decision) || !canWait(decision))) return decision;
    const { promise, resolve, reject } = Promise.withResolvers<Permit | Refusal>();
    const { signal } = wait;
    const leave = () => {
      this.#remove(plan.workspace_id, waiting);
      reject(signal!.reason);
    };
    const waiting: Waiting = {
      plan,
      try: attempt,
      until_ms: this.#clock.now() + Math.min(wait.max_wait_ms, MAX_WAIT_MS),
      answer: (decision) => {
        signal?.removeEventListener("abort", leave);
        this.#remove(plan.workspace_id, waiting);
        resolve(decision);
      },
    };
    if (signal?.aborted) return Promise.reject(signal.reason);
    signal?.addEventListener("abort", leave, { once: true });
    line.add(waiting);
    this.#lines.set(plan.workspace_id, line);
    // Behind those who wait for one model's limit there may be room for another's.
    if (line.size > 1) this.advance(plan.workspace_id);
    return promise;
  }

  /** Lets those through for whom there is room, first come first. */
  advance(workspace_id: string): void {
    const line = this.#lines.get(workspace_id);
    if (!line) return;
    // Whoever waits for one model's limit holds up those who want the same model, not the others.
    const shut = new Set<string | null>();
    for (const waiting of line) {
      if (shut.has(waiting.plan.model)) continue;
      const decision = waiting.try();
      if (!isRefusal(decision) || !canWait(decision)) waiting.answer(decision);
      else if (decision.refused === "workspace_rate_limited" && decision.model === undefined) return;
      else shut.add(waiting.plan.model);
    }
  }

  /** Does what time does: windows open, and patience ends. */
  tick(): void {
    const now = this.#clock.now();
    for (const [workspace_id, line] of this.#lines) {
      this.advance(workspace_id);
      for (const waiting of line) if (now >= waiting.until_ms) waiting.answer(waiting.try());
    }
  }

  /** Refuses all who wait, and whoever would: the service stops. */
  close(): void {
    this.#closed = true;
    for (const line of this.#lines.values()) for (const waiting of line) waiting.answer(waiting.try());
  }

  #remove(workspace_id: string, waiting: Waiting): void {
    const line = this.#lines.get(workspace_id);
    line?.delete(waiting);
    if (line?.size === 0) this.#lines.delete(workspace_id);
  }
}

/** A minute opens again, and a cool-down ends; a day is too long, and nothing else is known to end. */
function canWait({ refused }: Refusal): boolean {
  return refused === "workspace_rate_limited" || refused === "provider_cooling_down";
}
