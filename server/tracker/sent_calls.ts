/** Finds the first attempt of each call that was sent: the call is counted once, with that attempt. */
import type { AttemptRow } from "../ledger/ledger.ts";
import { RecentEntries } from "../core/recent_entries.ts";

/** Unfinished calls that are remembered at least: the newest. */
const MIN_CALLS = 10_000;

type SentAttempt = Pick<AttemptRow, "id" | "call_id" | "workspace_id" | "retry">;

/**
 * First attempts by call, of unfinished calls only. The SDK's own retry number does not help: it also counts attempts that
 * were refused here or could not be sent.
 */
export class SentCalls {
  readonly #first = new RecentEntries<string, string>(MIN_CALLS);

  /**
   * The place of a sent attempt in its call: 0 for the first. Repeated for the same attempt, the result is the same.
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
  place(attempt: SentAttempt & Pick<AttemptRow, "outcome">): number {
    // Most calls are one attempt that succeeds.
    if (attempt.retry === 0 && attempt.outcome === "ok") return 0;
    const first = this.note(attempt);
    return first === attempt.id ? 0 : Math.max(1, attempt.retry);
  }

  /** Remembers that an attempt was sent. Returns the id of its call's first attempt. */
  note({ id, call_id, workspace_id }: SentAttempt): string {
    const call = `${workspace_id} ${call_id}`;
    const first = this.#first.get(call) ?? id;
    this.#first.set(call, first);
    return first;
  }
}
