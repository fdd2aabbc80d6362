/** How long the answers of each model have been lately: what the next one is expected to take. */
import { dropOldest } from "../drop_oldest.ts";

/** Models remembered a workspace: the newest. */
const MOST_MODELS = 50;

/** Answers before the memory is trusted. */
const ENOUGH = 8;

/** Weight of the newest answer: the last thirty or so decide. */
const NEWEST = 1 / 16;

/** Mean deviations above the mean: few answers are longer than that. */
const MARGIN = 2;

interface Answers {
  seen: number;
  mean: number;
  /** Mean distance from the mean. */
  deviation: number;
}

/** One workspace's memory: a moving mean and deviation a model, forgotten with the process. */
export class AnswerMemory {
  readonly #byModel = new Map<string, Answers>();

  /** Output tokens that the next answer is expected not to pass; `null` while too few were seen. */
  expected(model: string | null): number | null {
    const answers = model === null ? undefined : this.#byModel.get(model);
    if (!answers || answers.seen < ENOUGH) return null;
    return Math.ceil(answers.mean + MARGIN * answers.deviation);
  }

  /** Learns from an answer whose tokens were counted. */
  learn(model: string | null, output_tokens: number): void {
    if (model === null) return;
    const answers = this.#byModel.get(model);
    if (!answers) return this.#begin(model, output_tokens);
    // At first each answer weighs the same, so that the first is not believed for long.
    const weight = Math.max(NEWEST, 1 / ++answers.seen);
    const distance = output_tokens - answers.mean;
    answers.mean += distance * weight;
    answers.deviation += (Math.abs(distance) - answers.deviation) * weight;
  }

  #begin(model: string, output_tokens: number): void {
    this.#byModel.set(model, { seen: 1, mean: output_tokens, deviation: output_tokens / 2 });
    dropOldest(this.#byModel, MOST_MODELS);
  }
}
