/** Counts refused calls, and writes them to the ledger once a second: a program that ignores refusals sends thousands. */
import type { AttemptPlan } from "../../attempts/recorder.ts";
import type { Clock } from "../../core/clock.ts";
import type { RefusalRow } from "../../ledger/ledger.ts";
import type { AttemptListener } from "../../tracker/attempt_events.ts";

const INTERVAL_MS = 1_000;

/** Different calls that are kept apart within a second. Beyond that they count for their workspace alone. */
const MAX_KINDS = 1_000;

interface RefusalCounterOptions {
  clock: Clock;
  note(row: RefusalRow): void;
}

export class RefusalCounter implements AttemptListener {
  readonly #options: RefusalCounterOptions;
  readonly #stop: () => void;
  #rows = new Map<string, RefusalRow>();

  constructor(options: RefusalCounterOptions) {
    this.#options = options;
    this.#stop = options.clock.every(INTERVAL_MS, () => this.#write());
  }

  settled(): void {}

  unsent(): void {}

  refused({ workspace_id, model, app, key_id = null, endpoint }: AttemptPlan): void {
    const kind = JSON.stringify([workspace_id, model, app, key_id, endpoint]);
    const isKnown = this.#rows.has(kind) || this.#rows.size < MAX_KINDS;
    if (isKnown) this.#count(kind, { workspace_id, model, app, key_id, endpoint });
    else this.#count(workspace_id, { workspace_id, model: null, app: null, key_id: null, endpoint: "" });
  }

  /** Writes what was counted, and stops. */
  stop(): void {
    this.#stop();
    this.#write();
  }

  #count(kind: string, call: Omit<RefusalRow, "id" | "at_ms" | "calls">): void {
    const at_ms = this.#options.clock.now();
    const row = this.#rows.get(kind);
    if (row) Object.assign(row, { at_ms, calls: row.calls + 1 });
    else this.#rows.set(kind, { id: crypto.randomUUID(), ...call, at_ms, calls: 1 });
  }

  #write(): void {
    const rows = this.#rows;
    if (rows.size === 0) return;
    this.#rows = new Map();
    for (const row of rows.values()) this.#options.note(row);
  }
}
