/** Shows an attempt the bytes of its response while the caller reads them. */
import { AnswerReader } from "../../../attempts/answer/answer_reader.ts";
import type { Attempt } from "../../../attempts/attempt.ts";

export interface BodyObserver {
  /** Returns the bytes of a chunk that the caller gets. */
  chunk(chunk: Uint8Array): Uint8Array;
  /** The body has ended. Returns the last bytes that the caller gets. */
  end(): Uint8Array;
  /** The answer is complete, and its usage has not arrived. */
  readonly awaitsUsage: boolean;
  /** The caller stopped reading. */
  cancelled(): void;
  failed(error: unknown): void;
}

/** Observes the body of an answer: events or JSON, whichever it shows to be. */
export class AnswerObserver implements BodyObserver {
  readonly #attempt: Attempt | null;
  readonly #reader: AnswerReader;

  /**
   * @param attempt `null` if another reader of the same response reports to it.
   * @param type the content type.
   */
  constructor(attempt: Attempt | null, type: string | null, hides_usage: boolean) {
    this.#attempt = attempt;
    this.#reader = new AnswerReader(attempt, type, hides_usage);
  }

  chunk(chunk: Uint8Array): Uint8Array {
    return this.#reader.push(chunk);
  }

  end(): Uint8Array {
    const last = this.#reader.end();
    this.#reader.settle();
    return last;
  }

  get awaitsUsage(): boolean {
    return this.#attempt?.awaitsUsage ?? false;
  }

  cancelled(): void {
    this.#attempt?.aborted();
  }

  failed(error: unknown): void {
    if (this.#attempt) settleFailed(this.#attempt, error);
  }
}

/** Settles an attempt whose request or response failed with an error of `fetch`. */
export function settleFailed(attempt: Attempt, error: unknown): void {
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError") attempt.aborted();
  else attempt.broke(name === "TimeoutError" ? "timeout" : "connection_lost");
}
