/** What each model's calls took today, limits of its own or not: they may be set, and the day reset, in its middle. */
import { addCounts } from "../../ledger/rollup.ts";

/** Models counted a workspace and day; those that come later are in the workspace's own sum alone. */
const MOST_MODELS = 200;

/** Requests and tokens of a day. */
export interface DayCount {
  requests: number;
  tokens: number;
}

interface Counted extends DayCount {
  /** What of it had been counted when the day was last reset. */
  reset: DayCount;
}

const NONE: DayCount = { requests: 0, tokens: 0 };

/** One workspace's models, by the names that answers give. */
export class ModelDays {
  /** None until the first call: most workspaces are idle. */
  #byModel: Map<string, Counted> | null = null;

  /** Adds to a model's day. A call that names none has no limit of a model's either. */
  add(model: string | null, requests: number, tokens: number): void {
    if (model === null) return;
    const counted = this.#of(model);
    if (!counted) return;
    counted.requests = addCounts(counted.requests, requests);
    counted.tokens = addCounts(counted.tokens, tokens);
  }

  /** What the models of a gauge have counted since the day's last reset. */
  since(isOf: (model: string) => boolean): DayCount {
    const sum = { ...NONE };
    for (const [model, { requests, tokens, reset }] of this.#byModel ?? []) {
      if (!isOf(model)) continue;
      sum.requests += requests - reset.requests;
      sum.tokens = addCounts(sum.tokens, tokens - reset.tokens);
    }
    return sum;
  }

  /** Begins to count anew, and tells what each model's whole day had come to: a rebuild takes it off again. */
  reset(): [model: string, DayCount][] {
    return [...this.#byModel ?? []].map(([model, counted]) => {
      const { requests, tokens } = counted;
      counted.reset = { requests, tokens };
      return [model, counted.reset];
    });
  }

  /** Takes over what a reset had told of a model. */
  resetTo(model: string, count: DayCount): void {
    const counted = this.#byModel?.get(model);
    if (counted) counted.reset = count;
  }

  /** A new day. */
  clear(): void {
    this.#byModel = null;
  }

  #of(model: string): Counted | undefined {
    this.#byModel ??= new Map();
    const known = this.#byModel.get(model);
    if (known || this.#byModel.size >= MOST_MODELS) return known;
    const made = { ...NONE, reset: NONE };
    this.#byModel.set(model, made);
    return made;
  }
}
