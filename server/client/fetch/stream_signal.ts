/**
 * The signal of a stream's request. It aborts together with the caller's own signal, unless the answer is complete and its
 * usage has not arrived: then only the caller's view of the stream ends, and the request goes on until the attempt has ended.
 */
import type { Attempt } from "../../attempts/attempt.ts";
import type { Permit } from "../../attempts/recorder.ts";
import { extendedPermit } from "../../attempts/extended_permit.ts";
import { signalOf } from "./fetch_request.ts";

/** Shows a stream to its caller. */
export interface StreamView {
  /** The caller has aborted: their reads fail with the reason, and the rest is read for the attempt. */
  abort(reason: unknown): void;
}

export class StreamSignal {
  readonly #caller: AbortSignal;
  readonly #controller = new AbortController();
  /** Weak: the caller may keep a signal, and its listeners, for the whole life of the program. */
  readonly #views: WeakRef<StreamView>[] = [];
  #attempt: Attempt | null = null;
  #isShared = false;

  constructor(caller: AbortSignal) {
    this.#caller = caller;
    if (caller.aborted) this.#abort();
    else caller.addEventListener("abort", this.#callerAborted);
  }

  /** Goes with the request. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The permit of the stream's attempt. When it is settled or released, the caller's signal is no longer listened to. */
  tie(permit: Permit): Permit {
    return extendedPermit(permit, {
      settle: (result) => {
        this.#attemptEnded();
        return permit.settle(result);
      },
      release: (reason) => {
        this.#attemptEnded();
        permit.release(reason);
      },
    });
  }

  set attempt(attempt: Attempt) {
    this.#attempt = attempt;
  }

  add(view: StreamView): void {
    this.#views.push(new WeakRef(view));
  }

  /** The response has a clone, which may be read after the attempt has ended. */
  share(): void {
    this.#isShared = true;
  }

  readonly #callerAborted = (): void => {
    const views = this.#attempt?.awaitsUsage ? this.#views.map((view) => view.deref()).filter((view) => view) : [];
    if (views.length === 0) this.#abort();
    for (const view of views) view!.abort(this.#caller.reason);
  };

  #attemptEnded(): void {
    if (!this.#isShared) this.#caller.removeEventListener("abort", this.#callerAborted);
    if (this.#caller.aborted) this.#abort();
  }

  #abort(): void {
    this.#controller.abort(this.#caller.reason);
  }
}

/** The signal for the request of a stream whose caller may abort; otherwise `null`. */
export function streamSignal(
  isStream: boolean,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): StreamSignal | null {
  const caller = isStream ? signalOf(input, init) : null;
  return typeof caller?.addEventListener === "function" ? new StreamSignal(caller) : null;
}
