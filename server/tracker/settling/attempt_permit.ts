/** The permit of an admitted attempt. */
import type { AttemptResult, Charge, Permit } from "../../attempts/recorder.ts";
import type { Remaining } from "../../core/limits.ts";
import type { OpenAttempt } from "../admission.ts";

/** Where the end of an attempt is counted. */
interface Ends {
  settle(open: OpenAttempt, result: AttemptResult): Charge | null;
  release(open: OpenAttempt, reason: string | null): void;
}

/** An instance of a class: an object with functions of its own takes longer to make, and each call needs one. */
export class AttemptPermit implements Permit {
  readonly #ends: Ends;
  readonly #open: OpenAttempt;
  begun?: () => void;

  constructor(ends: Ends, open: OpenAttempt) {
    this.#ends = ends;
    this.#open = open;
  }

  get remaining(): Remaining {
    return this.#open.hold.remaining;
  }

  settle(result: AttemptResult): Charge | null {
    return this.#ends.settle(this.#open, result);
  }

  release(reason: string | null): void {
    this.#ends.release(this.#open, reason);
  }
}
