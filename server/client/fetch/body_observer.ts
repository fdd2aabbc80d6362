/** Shows an attempt the bytes of its response while the caller reads them. */
import { BodyParts } from "../../attempts/answer/body_parts.ts";
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

/** JSON up to this size is parsed as a whole. A small compressed body may be very large. */
const MAX_WHOLE_BYTES = 8 << 20;

/** Observes any other body that is read in chunks. Usage is read from JSON only. */
export class JsonObserver implements BodyObserver {
  readonly #attempt: Attempt | null;
  readonly #copy: BodyParts<Uint8Array> | null;

  /** @param attempt `null` if another reader of the same response reports to it. */
  constructor(attempt: Attempt | null, isJson: boolean) {
    this.#attempt = attempt;
    this.#copy = isJson && attempt ? new BodyParts(MAX_WHOLE_BYTES) : null;
  }

  chunk(chunk: Uint8Array): Uint8Array {
    this.#copy?.add(chunk);
    return chunk;
  }

  end(): Uint8Array {
    // As Latin-1: a cut inside a character does not matter to the search for usage.
    const text = this.#copy?.parts.map((part) => latin1.decode(part)).join("") ?? "";
    if (this.#copy?.isLarge) this.#attempt?.largeBody(text);
    else this.#attempt?.body(text);
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

const latin1 = new TextDecoder("latin1");
const NOTHING = new Uint8Array(0);
