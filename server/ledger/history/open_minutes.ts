/** Sums of the attempts that are in the ledger and not yet in the tables of history, by minute and dimensions. */
import type { AttemptRow, RefusalRow } from "../ledger.ts";
import { type Dimensions, dimensionsOf, dimensionsOfRefusals, encodeDimensions } from "./dimensions.ts";
import { addAttemptTo, noSums, type Sums } from "./sums.ts";

export const MINUTE_MS = 60_000;

/** The sums of one minute in one set of dimensions. */
export interface MinuteSums {
  /** The dimensions as one text. */
  dimensions: string;
  /** Whole minutes since the epoch. */
  minute: number;
  sums: Sums;
}

export class OpenMinutes {
  readonly #minutes = new Map<string, MinuteSums>();
  /** Those of each workspace's row before: consecutive rows of a workspace often belong together, and need no key. */
  readonly #last = new Map<string, { minute: number; dimensions: Dimensions; sums: Sums }>();

  get size(): number {
    return this.#minutes.size;
  }

  add(row: AttemptRow): void {
    addAttemptTo(this.#of(dimensionsOf(row), row.started_at_ms), row);
  }

  addRefusals(row: RefusalRow): void {
    this.#of(dimensionsOfRefusals(row), row.at_ms).counts.refused += row.calls;
  }

  /** Returns the sums, and begins anew. */
  drain(): MinuteSums[] {
    const minutes = [...this.#minutes.values()];
    this.#minutes.clear();
    this.#last.clear();
    return minutes;
  }

  #of(dimensions: Dimensions, at_ms: number): Sums {
    const minute = Math.floor(at_ms / MINUTE_MS);
    const last = this.#last.get(dimensions.workspace);
    if (last?.minute === minute && isSame(last.dimensions, dimensions)) return last.sums;
    const text = encodeDimensions(dimensions);
    const key = `${minute} ${text}`;
    const known = this.#minutes.get(key) ?? { dimensions: text, minute, sums: noSums() };
    this.#minutes.set(key, known);
    this.#last.set(dimensions.workspace, { minute, dimensions, sums: known.sums });
    return known.sums;
  }
}

/** Whether dimensions of one workspace are the same. */
function isSame(a: Dimensions, b: Dimensions): boolean {
  return a.model === b.model && a.app === b.app && a.key === b.key &&
    a.endpoint === b.endpoint && a.tier === b.tier && a.outcome === b.outcome;
}
