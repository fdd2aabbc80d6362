/** The models of one workspace that have limits of their own. */
import type { Limits } from "../../core/limits.ts";
import type { ModelStats } from "../../core/verdict_counted.ts";
import { Gauge } from "./gauge.ts";
import { NO_LIMITS } from "../../limits/limits_book.ts";
import { withoutSnapshot } from "../provider/pool_name.ts";

/** Gauges by model, made as limits are set. */
export class ModelGauges {
  readonly #make: (limits: Limits) => Gauge;
  readonly #byModel = new Map<string, Gauge>();

  constructor(make: (limits: Limits) => Gauge) {
    this.#make = make;
  }

  /** The gauge for a model's calls, by its name or its snapshot's; `null` where it has no limits. */
  of(model: string | null): Gauge | null {
    if (model === null || this.#byModel.size === 0) return null;
    return this.#byModel.get(model) ?? this.#byModel.get(withoutSnapshot(model)) ?? null;
  }

  /**
   * Sets limits; those that are taken away leave their counters, so that they come back with what was used.
   *
   * @returns the gauges that are new, which have counted nothing yet.
   */
  replace(limits: ReadonlyMap<string, Limits>): Gauge[] {
    for (const [model, gauge] of this.#byModel) if (!limits.has(model)) gauge.limits = NO_LIMITS;
    const made: Gauge[] = [];
    for (const [model, set] of limits) {
      const known = this.#byModel.get(model);
      if (known) known.limits = set;
      else this.#byModel.set(model, made[made.push(this.#make(set)) - 1]);
    }
    return made;
  }

  /** All of them, also those without a limit at present. */
  all(): IterableIterator<Gauge> {
    return this.#byModel.values();
  }

  /**
   * How those stand that have a limit now, by name.
   *
   * @param of the one alone that counts this model's calls.
   */
  stats(now_ms: number, of?: string): ModelStats[] {
    if (this.#byModel.size === 0) return [];
    const only = of === undefined ? undefined : this.of(of);
    const limited = [...this.#byModel].filter(([, gauge]) => gauge.limited && (only === undefined || gauge === only));
    return limited.map(([model, gauge]) => ({ model, stats: gauge.stats(now_ms) }));
  }
}
