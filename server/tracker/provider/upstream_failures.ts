/** Counts consecutive failed calls: a single one is normal, several in a row mean that the upstream fails. */

/** Failures in a row from which the upstream counts as failing. */
const MIN_FAILURES = 3;

/** Failures since the last success. */
export class UpstreamFailures {
  #count = 0;
  #since_ms = 0;
  #message: string | null = null;

  /** The latest failure with its count; `null` while the upstream does not count as failing. */
  get message(): string | null {
    return this.#message;
  }

  /** @param description of the failure, without a full stop. */
  add(description: string, now_ms: number): void {
    this.#count++;
    if (this.#count < MIN_FAILURES) return;
    this.#since_ms = now_ms;
    this.#message = `${description}, ${this.#count} times in a row`;
  }

  /** A call succeeded. One that was sent before the latest failure does not prove that the upstream has recovered. */
  success(sent_at_ms: number): void {
    this.#count = 0;
    if (sent_at_ms >= this.#since_ms) this.#message = null;
  }
}
