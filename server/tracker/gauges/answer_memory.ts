/** How many tokens the answer of an attempt holds, from its request, the model's recent answers and the limits. */
import type { AttemptPlan } from "../../attempts/recorder.ts";
import { dropOldest } from "../drop_oldest.ts";
import { AnswerLengths } from "./answer_lengths.ts";
import { OpenAnswer, OpenAnswers } from "./open_answers.ts";

/** Models remembered in a workspace: the newest. */
const MAX_MODELS = 50;

/** The share of a limit that a guess holds at most: three more calls can run at the same time. */
const MAX_SHARE = 1 / 4;

/** Far above the longest answer of any model. Stands for "no cap" where caps are summed. */
const MAX_ANSWER = 2 ** 32;

/** The part of a plan that decides what is held for the answer. */
type AnswerPlan = Pick<AttemptPlan, "model" | "tokens" | "input_tokens" | "output_cap">;

interface ModelAnswers {
  readonly lengths: AnswerLengths;
  readonly open: OpenAnswers;
}

/** One workspace's memory of answers, by model; lost with the process. */
export class AnswerMemory {
  readonly #byModel = new Map<string, ModelAnswers>();

  /**
   * Opens the answer of an attempt, for which tokens are to be held.
   *
   * Together, the answers of a model under way hold the sum of their means and one margin for that sum. This one holds what
   * the others do not hold already, but at least the mean, and at most its request's cap. Before enough answers were seen it
   * holds the request's own estimate, up to a quarter of the limit.
   *
   * @param limit the smallest token limit that it counts against.
   * @returns `null` where the attempt has no answer in tokens. End the answer with its attempt.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AnswerMemory } from "./answer_memory.ts";
   *
   * const memory = new AnswerMemory();
   * const plan = { model: "m", tokens: 4100, input_tokens: 100, output_cap: 100_000 };
   * assert.equal(memory.open(plan, 150_000, 0)?.tokens, 4000);
   * assert.equal(memory.open(plan, 1000, 0)?.tokens, 250);
   * for (let answer = 0; answer < 8; answer++) memory.learn("m", 300, 2000);
   * assert.equal(memory.open(plan, 150_000, 0)?.tokens, 300);
   * ```
   */
  open({ model, tokens, input_tokens, output_cap }: AnswerPlan, limit: number, now_ms: number): OpenAnswer | null {
    const guess = tokens - input_tokens;
    if (guess <= 0) return null;
    const share = Math.max(1, Math.floor(limit * MAX_SHARE));
    const cap = Math.min(output_cap ?? MAX_ANSWER, MAX_ANSWER);
    const answers = model === null ? undefined : this.#byModel.get(model);
    if (!answers) return new OpenAnswer(Math.min(guess, share), cap, now_ms);
    answers.open.advance(now_ms);
    const { known, mean } = answers.lengths;
    // It needs no margin, and does not belong to the sum of those that may reach the mean.
    if (known && cap <= mean) return new OpenAnswer(cap, cap, now_ms);
    const answer = known
      ? nextAnswer(answers, cap, share, now_ms)
      : new OpenAnswer(Math.min(guess, share), cap, now_ms);
    answers.open.add(answer);
    return answer;
  }

  /** Learns from an answer whose tokens were counted. */
  learn(model: string | null, output_tokens: number, latency_ms: number): void {
    if (model === null) return;
    let answers = this.#byModel.get(model);
    if (!answers) {
      answers = { lengths: new AnswerLengths(), open: new OpenAnswers() };
      this.#byModel.set(model, answers);
      dropOldest(this.#byModel, MAX_MODELS);
    }
    answers.lengths.learn(output_tokens, latency_ms);
  }
}

function nextAnswer({ lengths, open }: ModelAnswers, cap: number, share: number, now_ms: number): OpenAnswer {
  const most = Math.min(cap, lengths.longest);
  const needed = lengths.sumWithOneMore(open.counts, open.most + most) - open.held;
  const tokens = Math.min(cap, Math.max(lengths.mean, Math.min(needed, share)));
  return new OpenAnswer(Math.ceil(tokens), most, now_ms);
}
