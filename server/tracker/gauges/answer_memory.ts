/** The lengths of each model's recent answers, from which the length of the next one is expected. */
import { dropOldest } from "../drop_oldest.ts";

/** Models remembered in a workspace: the newest. */
const MAX_MODELS = 50;

/** Answers after which an expectation is given. */
const MIN_ANSWERS = 8;

/** Weight of the newest answer: about the last thirty decide. */
const NEWEST = 1 / 16;

/** Mean deviations above the mean: few answers are longer. */
const MARGIN = 2;

interface Answers {
  seen: number;
  mean: number;
  /** Mean distance from the mean. */
  deviation: number;
}

/** One workspace's memory: a moving mean and deviation for each model, lost with the process. */
export class AnswerMemory {
  readonly #byModel = new Map<string, Answers>();

  /** Output tokens that the next answer is expected not to pass; `null` while too few were seen. */
  expected(model: string | null): number | null {
    const answers = model === null ? undefined : this.#byModel.get(model);
    if (!answers || answers.seen < MIN_ANSWERS) return null;
    return Math.ceil(answers.mean + MARGIN * answers.deviation);
  }

  /** Learns from an answer whose tokens were counted. */
  learn(model: string | null, output_tokens: number): void {
    if (model === null) return;
    const answers = this.#byModel.get(model);
    if (!answers) return this.#begin(model, output_tokens);
    // At first all answers weigh the same, so that the first one does not dominate.
    const weight = Math.max(NEWEST, 1 / ++answers.seen);
    const distance = output_tokens - answers.mean;
    answers.mean += distance * weight;
    answers.deviation += (Math.abs(distance) - answers.deviation) * weight;
  }

  #begin(model: string, output_tokens: number): void {
    this.#byModel.set(model, { seen: 1, mean: output_tokens, deviation: output_tokens / 2 });
    dropOldest(this.#byModel, MAX_MODELS);
  }
}
