/** Attempts that wait for a full minute to open: one queue per workspace, in the order of arrival. */
import {
  type AttemptPlan,
  isRefusal,
  MAX_WAIT_MS,
  type Permit,
  type Refusal,
  type Wait,
} from "../attempts/recorder.ts";
import type { Clock } from "../core/clock.ts";
import { type Awaitable, whenReady } from "../live/live_store.ts";

/** Attempts that may wait in one workspace. One more is decided immediately. */
export const MAX_WAITING = 1000;

type Decision = Permit | Refusal;

/** Tries an attempt once. */
type Try = () => Awaitable<Decision>;

interface Waiting {
  readonly plan: AttemptPlan;
  readonly try: Try;
  readonly until_ms: number;
  /** Ends the wait. If it has ended before, a permit is released. */
  answer(decision: Decision): void;
  fail(error: unknown): void;
}

/** One workspace's queue. */
interface Queue {
  readonly members: Set<Waiting>;
  /** Whether a member is being tried by a store that answers later. */
  trying: boolean;
}

/** The queues of all workspaces. They have no timers: they advance when a reservation is released, and once a second. */
export class WaitQueues {
  readonly #clock: Clock;
  readonly #queues = new Map<string, Queue>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether attempts wait in a workspace. */
  has(workspace_id: string): boolean {
    return this.#queues.has(workspace_id);
  }

  /** Attempts that wait, in all workspaces. */
  get size(): number {
    let size = 0;
    for (const { members } of this.#queues.values()) size += members.size;
    return size;
  }

  /**
   * Decides immediately if no other attempt waits; else waits, if `wait` allows it.
   *
   * @returns the refusal if waiting cannot help, or if the queue is full.
   */
  decide(plan: AttemptPlan, attempt: Try, wait?: Wait): Awaitable<Decision> {
    // Waiting attempts come first.
    this.advance(plan.workspace_id);
    if (!wait) return attempt();
    const waiting = this.#queues.get(plan.workspace_id)?.members.size ?? 0;
    if (waiting >= MAX_WAITING || this.#closed) return attempt();
    if (waiting > 0) return this.#join(plan, attempt, wait);
    return whenReady(attempt(), (decision): Awaitable<Decision> => {
      return canWait(decision) ? this.#join(plan, attempt, wait) : decision;
    });
  }

  /** Permits as many waiting attempts as the limits allow, in order of arrival. */
  advance(workspace_id: string): void {
    const queue = this.#queues.get(workspace_id);
    // While a member is being tried, those behind it have no turn: at the latest the next tick advances.
    if (queue && !queue.trying) this.#tryInTurn(queue, queue.members.values(), new Set());
  }

  /** Call it once a second: windows open, and waits end. */
  tick(): void {
    const now = this.#clock.now();
    for (const [workspace_id, { members }] of this.#queues) {
      this.advance(workspace_id);
      for (const waiting of members) if (now >= waiting.until_ms) decideNow(waiting);
    }
  }

  /** Ends all waits with the decision of this moment, and lets no attempt wait from now on. */
  close(): void {
    this.#closed = true;
    for (const { members } of this.#queues.values()) for (const waiting of members) decideNow(waiting);
  }

  #join(plan: AttemptPlan, attempt: Try, { signal, max_wait_ms }: Wait): Promise<Decision> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<Decision>();
    const end = () => {
      signal?.removeEventListener("abort", abort);
      return this.#remove(plan.workspace_id, waiting);
    };
    const fail = (error: unknown) => {
      end();
      reject(error);
    };
    const abort = () => fail(signal!.reason);
    const waiting: Waiting = {
      plan,
      try: attempt,
      until_ms: this.#clock.now() + Math.min(max_wait_ms, MAX_WAIT_MS),
      answer: (decision) => {
        if (end()) resolve(decision);
        else if (!isRefusal(decision)) decision.release(null);
      },
      fail,
    };
    signal?.addEventListener("abort", abort, { once: true });
    const queue = this.#queues.get(plan.workspace_id) ?? { members: new Set(), trying: false };
    this.#queues.set(plan.workspace_id, queue);
    queue.members.add(waiting);
    // Those before it may wait for another model's limit.
    if (queue.members.size > 1) this.advance(plan.workspace_id);
    return promise;
  }

  /** @param full models whose own limit is full: attempts for other models need not wait behind them. */
  #tryInTurn(queue: Queue, rest: Iterator<Waiting> & Iterable<Waiting>, full: Set<string | null>): void {
    for (const waiting of rest) {
      if (full.has(waiting.plan.model)) continue;
      const decision = waiting.try();
      if (decision instanceof Promise) return this.#tryLater(queue, waiting, decision, rest, full);
      if (!goesOn(waiting, decision, full)) return;
    }
  }

  #tryLater(
    queue: Queue,
    waiting: Waiting,
    decision: Promise<Decision>,
    rest: Iterator<Waiting> & Iterable<Waiting>,
    full: Set<string | null>,
  ): void {
    queue.trying = true;
    decision.then((decided) => {
      queue.trying = false;
      if (goesOn(waiting, decided, full)) this.#tryInTurn(queue, rest, full);
    }, (error) => {
      queue.trying = false;
      waiting.fail(error);
    });
  }

  /** Whether it was still in the queue. */
  #remove(workspace_id: string, waiting: Waiting): boolean {
    const members = this.#queues.get(workspace_id)?.members;
    const removed = members?.delete(waiting) ?? false;
    if (members?.size === 0) this.#queues.delete(workspace_id);
    return removed;
  }
}

/** Takes a decision for a member. Returns whether those behind it have their turn. */
function goesOn(waiting: Waiting, decision: Decision, full: Set<string | null>): boolean {
  if (!canWait(decision)) waiting.answer(decision);
  else if (decision.refused === "workspace_rate_limited" && decision.model === undefined) return false;
  else full.add(waiting.plan.model);
  return true;
}

function decideNow(waiting: Waiting): void {
  const decision = waiting.try();
  if (decision instanceof Promise) decision.then(waiting.answer, waiting.fail);
  else waiting.answer(decision);
}

/** Minutes and cool-downs end soon. A full day lasts too long, and of nothing else is it known when it ends. */
function canWait(decision: Decision): decision is Refusal {
  if (!isRefusal(decision)) return false;
  return decision.refused === "workspace_rate_limited" || decision.refused === "provider_cooling_down";
}
