/** Shows an attempt the bytes of its response while the caller reads them. */
import { AnswerBody } from "../../attempts/answer/answer_body.ts";
import { UsageChunkFilter } from "../../attempts/answer/usage_chunk_filter.ts";
import type { Attempt } from "../../attempts/attempt.ts";

export interface BodyObserver {
  /** Returns the bytes of a chunk that the caller gets. */
  chunk(chunk: Uint8Array): Uint8Array;
  /** The body has ended. Returns the last bytes that the caller gets. */
  end(): Uint8Array;
  /** The caller stopped reading. */
  cancelled(): void;
  failed(error: unknown): void;
}

/** Observes an event stream. */
export class EventObserver implements BodyObserver {
  readonly #attempt: Attempt | null;
  readonly #hidden: UsageChunkFilter | null;

  /** @param attempt `null` if another reader of the same response reports to it. */
  constructor(attempt: Attempt | null, hides_usage: boolean) {
    this.#attempt = attempt;
    this.#hidden = hides_usage ? new UsageChunkFilter() : null;
  }

  chunk(chunk: Uint8Array): Uint8Array {
    this.#attempt?.chunk(chunk);
    return this.#hidden ? this.#hidden.push(chunk) : chunk;
  }

  end(): Uint8Array {
    this.#attempt?.streamEnded();
    return this.#hidden?.end() ?? NOTHING;
  }

  cancelled(): void {
    this.#attempt?.aborted();
  }

  failed(error: unknown): void {
    if (this.#attempt) settleFailed(this.#attempt, error);
  }
}

/** Observes any other body that is read in chunks. Usage is read from JSON only. */
export class JsonObserver implements BodyObserver {
  readonly #attempt: Attempt | null;
  readonly #body: AnswerBody | null;

  /** @param attempt `null` if another reader of the same response reports to it. */
  constructor(attempt: Attempt | null, isJson: boolean) {
    this.#attempt = attempt;
    this.#body = isJson && attempt ? new AnswerBody() : null;
  }

  chunk(chunk: Uint8Array): Uint8Array {
    this.#body?.add(chunk);
    return chunk;
  }

  end(): Uint8Array {
    this.#attempt?.answered(this.#body?.value());
    return NOTHING;
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

const NOTHING = new Uint8Array(0);
