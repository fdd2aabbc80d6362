/** Limits the calls that find out whether the account has quota again: one at a time, at growing intervals. */

const FIRST_GAP_MS = 1000;
const MAX_GAP_MS = 60_000;

/** A probe without an end is abandoned after this long: it is a long stream, or its program is gone. */
const TIMEOUT_MS = 60_000;

/** A stream that runs for this long proves that there is quota: a lack of quota would be among its first events. */
const PROOF_MS = 2000;

/** The wait that is advised while a probe is under way, because its answer decides. */
const UNDER_WAY_MS = 1000;

/** The probes during one lack of quota. The first may be sent immediately: a second refusal confirms the lack. */
export class QuotaProbes {
  #id: string | null = null;
  #sent_at_ms = 0;
  /** When the probe's answer began to stream. */
  #begun_at_ms: number | null = null;
  #gap_ms = 0;
  #next_at_ms = 0;

  /** Milliseconds until the next probe may be sent; 0 when it may be sent now. */
  wait(now_ms: number): number {
    const timeout = this.#id === null ? 0 : Math.max(0, this.#sent_at_ms + TIMEOUT_MS - now_ms);
    return timeout > 0 ? Math.min(timeout, UNDER_WAY_MS) : Math.max(0, this.#next_at_ms - now_ms);
  }

  /** Makes this attempt the probe. */
  begin(id: string, now_ms: number): void {
    this.#id = id;
    this.#sent_at_ms = now_ms;
    this.#begun_at_ms = null;
  }

  /** Whether this attempt is the probe. */
  is(id: string): boolean {
    return id === this.#id;
  }

  /** Notes that the probe's answer begins to stream; its end may be minutes away. */
  begun(id: string, now_ms: number): void {
    if (id === this.#id) this.#begun_at_ms = now_ms;
  }

  /** When the streaming probe will have proved that there is quota; `null` while no probe streams. */
  get proven_at_ms(): number | null {
    return this.#id === null || this.#begun_at_ms === null ? null : this.#begun_at_ms + PROOF_MS;
  }

  /** Notes that an attempt ended without proving quota. If it was the probe, the next gap is twice as long. */
  failed(id: string, now_ms: number): void {
    if (id !== this.#id) return;
    this.#id = null;
    this.#gap_ms = Math.min(MAX_GAP_MS, this.#gap_ms * 2 || FIRST_GAP_MS);
    this.#next_at_ms = now_ms + this.#gap_ms;
  }

  /** Notes that an attempt was not sent, or proved nothing. If it was the probe, another may be sent immediately. */
  unsent(id: string): void {
    if (id === this.#id) this.#id = null;
  }
}
