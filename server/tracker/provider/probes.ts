/** Who may ask whether the account has quota again: one call at a time, ever less often. */

const FIRST_GAP_MS = 1000;
const LONGEST_GAP_MS = 60_000;

/** A probe that has not ended by then is no longer waited for: a long stream, or a program that is gone. */
const PATIENCE_MS = 60_000;

/** A stream that has begun to answer, and goes on for this long, has quota: a lack of it would be among its first events. */
const PROOF_MS = 2000;

/** Wait that is advised while a probe is under way: its answer decides. */
const UNDER_WAY_MS = 1000;

/** Probes while one latch holds. The first may go at once: one answer is confirmed by another before calls are held back. */
export class Probes {
  #id: string | null = null;
  #sent_at_ms = 0;
  /** When the probe's answer began to stream. */
  #begun_at_ms: number | null = null;
  #gap_ms = 0;
  #next_at_ms = 0;

  /** Milliseconds until the next may go; 0 when it may now. */
  wait(now_ms: number): number {
    const patience = this.#id === null ? 0 : Math.max(0, this.#sent_at_ms + PATIENCE_MS - now_ms);
    return patience > 0 ? Math.min(patience, UNDER_WAY_MS) : Math.max(0, this.#next_at_ms - now_ms);
  }

  /** This attempt is the probe. */
  begin(id: string, now_ms: number): void {
    this.#id = id;
    this.#sent_at_ms = now_ms;
    this.#begun_at_ms = null;
  }

  /** Whether this attempt is the probe. */
  is(id: string): boolean {
    return id === this.#id;
  }

  /** Its answer begins to stream: its end may be minutes away. */
  begun(id: string, now_ms: number): void {
    if (id === this.#id) this.#begun_at_ms = now_ms;
  }

  /** From when on the probe shows that there is quota, if nothing else is heard of it; `null` while it shows nothing. */
  get proven_at_ms(): number | null {
    return this.#id === null || this.#begun_at_ms === null ? null : this.#begun_at_ms + PROOF_MS;
  }

  /** An attempt has ended without the success that ends the latch: when it was the probe, the next waits longer. */
  failed(id: string, now_ms: number): void {
    if (id !== this.#id) return;
    this.#id = null;
    this.#gap_ms = Math.min(LONGEST_GAP_MS, this.#gap_ms * 2 || FIRST_GAP_MS);
    this.#next_at_ms = now_ms + this.#gap_ms;
  }

  /** An attempt was never sent, or its answer says nothing: when it was the probe, another may be at once. */
  unsent(id: string): void {
    if (id === this.#id) this.#id = null;
  }
}
