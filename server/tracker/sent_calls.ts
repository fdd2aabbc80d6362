/** Which attempt was the first of its call that was sent: a call is counted once, with that one. */
import type { AttemptRow } from "../ledger/ledger.ts";
import { dropOldest } from "./drop_oldest.ts";

/** Calls remembered whose attempt did not end well, so that another may come: the newest. */
const MOST_CALLS = 10_000;

type Sent = Pick<AttemptRow, "id" | "call_id" | "workspace_id" | "retry">;

/**
 * First attempts by call, of those calls alone that may go on. The SDK counts also what was refused here or could not be
 * sent, so that its own number does not tell.
 */
export class SentCalls {
  readonly #first = new Map<string, string>();

  /**
   * The place of a sent attempt in its call: 0 for the first. Asked again for the same one, it is the same.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { SentCalls } from "./sent_calls.ts";
   *
   * const calls = new SentCalls();
   * const failed = { call_id: "call", workspace_id: "acme", outcome: "failed" } as const;
   * assert.equal(calls.place({ ...failed, id: "its 2nd", retry: 1 }), 0);
   * assert.equal(calls.place({ ...failed, id: "its 3rd", retry: 2 }), 2);
   * ```
   */
  place(attempt: Sent & Pick<AttemptRow, "outcome">): number {
    // Most calls are one attempt that ends well.
    if (attempt.retry === 0 && attempt.outcome === "ok") return 0;
    const first = this.note(attempt);
    return first === attempt.id ? 0 : Math.max(1, attempt.retry);
  }

  /** Remembers that an attempt was sent; the id of its call's first. */
  note({ id, call_id, workspace_id }: Sent): string {
    const call = `${workspace_id} ${call_id}`;
    const first = this.#first.get(call) ?? id;
    this.#first.delete(call);
    this.#first.set(call, first);
    dropOldest(this.#first, MOST_CALLS);
    return first;
  }
}
