/** How long an upstream may send nothing: before its response, and within it. */
import type { IncomingHttpHeaders } from "node:http";
import { parseGoDuration } from "../../attempts/go_duration.ts";
import { USAGE_WAIT_MS } from "../../attempts/answer/awaited_usage.ts";
import type { Clock } from "../../core/clock.ts";
import { IdleTimeout } from "./idle_timeout.ts";

/** Longer than the provider's own longest pause, except in flex processing and deep research. */
const DEFAULT_MS = 10 * 60_000;

/** The longest that a caller may ask for: a response that is polled for a day is one for the background. */
const MAX_MS = 24 * 60 * 60_000;

/** Timeouts of callers that are kept for their next call. */
const MAX_KEPT = 64;

const FIRST_BYTE_HEADER = "x-quota-first-byte-timeout", SILENCE_HEADER = "x-quota-silence-timeout";

/** Error message for {@link INVALID_TIMEOUT}. */
export const INVALID_TIMEOUT_MESSAGE =
  `Cannot read how long to wait for the provider: ${FIRST_BYTE_HEADER} and ${SILENCE_HEADER} take a duration up to 24h, ` +
  "such as 90s, 30m or 2h, or a number of seconds";

/** Stands for headers that are not valid. */
export const INVALID_TIMEOUT = Symbol("invalid timeout");

/** The timeouts of an exchange. */
export interface ExchangeTimeouts {
  /** From sending the request to the head of the response. */
  first_byte: IdleTimeout;
  /** Between two parts of the response. */
  silence: IdleTimeout;
  /** For the usage of an answer whose caller has left. Nothing that is received prolongs it. */
  drain: IdleTimeout;
}

/** The service's own timeouts, in milliseconds. Tests set the clock. */
export interface TimeoutOptions {
  first_byte_ms?: number;
  silence_ms?: number;
  clock?: Clock;
}

/** The service's own timeouts, and those that callers ask for by header. */
export class Timeouts {
  readonly #standard: ExchangeTimeouts;
  readonly #asked = new Map<number, IdleTimeout>();

  readonly #clock: Clock | undefined;

  constructor({ first_byte_ms = DEFAULT_MS, silence_ms = DEFAULT_MS, clock }: TimeoutOptions) {
    this.#clock = clock;
    const first_byte = new IdleTimeout(first_byte_ms, clock);
    // One that both share is not changed when the response begins.
    const silence = silence_ms === first_byte_ms ? first_byte : new IdleTimeout(silence_ms, clock);
    this.#standard = { first_byte, silence, drain: new IdleTimeout(USAGE_WAIT_MS, clock) };
  }

  /** Ends every drain: the service stops. */
  close(): void {
    this.#standard.drain.expire();
  }

  /** The timeouts of a request. */
  of(headers: IncomingHttpHeaders): ExchangeTimeouts | typeof INVALID_TIMEOUT {
    const { [FIRST_BYTE_HEADER]: first_byte, [SILENCE_HEADER]: silence } = headers;
    if (first_byte === undefined && silence === undefined) return this.#standard;
    const asked = {
      first_byte: first_byte === undefined ? this.#standard.first_byte : this.#parse(String(first_byte)),
      silence: silence === undefined ? this.#standard.silence : this.#parse(String(silence)),
      drain: this.#standard.drain,
    };
    return asked.first_byte && asked.silence ? asked as ExchangeTimeouts : INVALID_TIMEOUT;
  }

  #parse(text: string): IdleTimeout | null {
    const ms = /^\d{1,5}$/.test(text) ? Number(text) * 1000 : parseGoDuration(text);
    if (ms === null || ms < 1 || ms > MAX_MS) return null;
    const kept = this.#asked.get(ms) ?? new IdleTimeout(ms, this.#clock);
    this.#asked.delete(ms);
    this.#asked.set(ms, kept);
    if (this.#asked.size > MAX_KEPT) this.#asked.delete(this.#asked.keys().next().value!);
    return kept;
  }
}
