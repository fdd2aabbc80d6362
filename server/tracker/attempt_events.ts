/** Tells listeners, such as the metrics, about the ends and the refusals of attempts. */
import { type AttemptPlan, isRefusal, type Permit, type Refusal } from "../attempts/recorder.ts";
import type { AttemptRow } from "../ledger/ledger.ts";
import type { Awaitable } from "../live/live_store.ts";

/** Called synchronously on the path of every call: a listener only counts, and does other work later. */
export interface AttemptListener {
  /** An attempt has ended and is counted. The row is shared: do not change it. */
  settled(row: AttemptRow): void;
  /** An attempt was refused, after its wait if it waited. */
  refused(plan: AttemptPlan, refusal: Refusal): void;
  /** An attempt was not sent, because the upstream cannot be reached. */
  unsent(plan: AttemptPlan): void;
}

/** Passes events to listeners. A listener that throws fails no call. */
export class AttemptEvents {
  readonly #listeners: AttemptListener[] = [];
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: AttemptListener): void {
    this.#listeners.push(listener);
  }

  settled(row: AttemptRow): void {
    for (const listener of this.#listeners) {
      try {
        listener.settled(row);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  unsent(plan: AttemptPlan): void {
    for (const listener of this.#listeners) {
      try {
        listener.unsent(plan);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** Passes a decision through unchanged, and notifies of a refusal. */
  decided<Decision extends Awaitable<Permit | Refusal>>(plan: AttemptPlan, decision: Decision): Decision {
    if (decision instanceof Promise) decision.then((decided) => this.#told(plan, decided), ignore);
    else this.#told(plan, decision);
    return decision;
  }

  #told(plan: AttemptPlan, decision: Permit | Refusal): void {
    if (!isRefusal(decision)) return;
    for (const listener of this.#listeners) {
      try {
        listener.refused(plan, decision);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

/** The caller of the decision handles a wait that fails. */
const ignore = () => {};
