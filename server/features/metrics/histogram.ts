/** A histogram in plain numbers. */
import type { Sample } from "./exposition.ts";

/** Counts values by their upper bounds. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** Values in each bucket alone; the last one has those above all bounds. */
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > this.#bounds[bucket]) bucket++;
    this.#counts[bucket]++;
    this.#sum += value;
  }

  /** The samples of one histogram in Prometheus' format, whose buckets include the smaller ones. */
  samples(labels: Record<string, string> = {}): Sample[] {
    let count = 0;
    const buckets = this.#counts.map((own, at) => {
      count += own;
      return { suffix: "_bucket", labels: { ...labels, le: String(this.#bounds[at] ?? "+Inf") }, value: count };
    });
    return [...buckets, { suffix: "_sum", labels, value: this.#sum }, { suffix: "_count", labels, value: count }];
  }
}
