/** What is known of calls that have several attempts. */

/** Calls that are remembered: the newest. The attempts of one call follow each other within minutes. */
const MAX_CALLS = 100_000;

export class RecentCalls<Known> {
  readonly #calls = new Map<string, Known>();

  get(call: string): Known | undefined {
    return this.#calls.get(call);
  }

  set(call: string, known: Known): void {
    this.#calls.set(call, known);
    if (this.#calls.size > MAX_CALLS) this.#calls.delete(this.#calls.keys().next().value!);
  }
}

/** Counts the calls of attempts, each once. */
export class CallCount {
  readonly #seen = new RecentCalls<true>();
  calls = 0;

  /** @param call its id; `null` for a call of one attempt. */
  add(call: string | null): void {
    if (call !== null && this.#seen.get(call)) return;
    if (call !== null) this.#seen.set(call, true);
    this.calls++;
  }
}
