/** The answers of one model that are under way, in classes by age. */
import { AGES_MS } from "./answer_lengths.ts";

/** An answer under way, and its neighbours in the class of its age. */
export class OpenAnswer {
  age = 0;
  older: OpenAnswer | null = null;
  newer: OpenAnswer | null = null;
  /** Where it is listed; `null` where it is not, or no longer. */
  list: OpenAnswers | null = null;

  /**
   * @param tokens held for it.
   * @param most tokens that it can have at most.
   */
  constructor(readonly tokens: number, readonly most: number, readonly at_ms: number) {}

  /** Ends it, once. */
  end(): void {
    this.list?.remove(this);
  }
}

/** Lists answers under way until they end, or until their attempts leave the minute. */
export class OpenAnswers {
  /** Tokens held for them. */
  held = 0;
  /** The sum of what each can have at most. */
  most = 0;
  /** How many there are, by age. */
  readonly counts: number[] = CLASSES.map(() => 0);
  readonly #oldest: (OpenAnswer | null)[] = CLASSES.map(() => null);
  readonly #newest: (OpenAnswer | null)[] = CLASSES.map(() => null);

  /** Adds an answer that begins now. */
  add(answer: OpenAnswer): void {
    answer.list = this;
    this.held += answer.tokens;
    this.most += answer.most;
    this.#append(answer, 0);
  }

  remove(answer: OpenAnswer): void {
    answer.list = null;
    this.held -= answer.tokens;
    this.most -= answer.most;
    this.#unlink(answer);
  }

  /** Moves answers to the class of their age, oldest first. Each moves a few times in its life. */
  advance(now_ms: number): void {
    for (let age = 0; age < CLASSES.length; age++) {
      const begun_ms = now_ms - AGES_MS[age + 1];
      for (let answer = this.#oldest[age]; answer && answer.at_ms <= begun_ms; answer = this.#oldest[age]) {
        if (age + 1 === CLASSES.length) this.remove(answer);
        else this.#unlink(answer), this.#append(answer, age + 1);
      }
    }
  }

  #append(answer: OpenAnswer, age: number): void {
    const older = this.#newest[age];
    answer.age = age;
    answer.older = older;
    answer.newer = null;
    if (older) older.newer = answer;
    else this.#oldest[age] = answer;
    this.#newest[age] = answer;
    this.counts[age]++;
  }

  #unlink({ age, older, newer }: OpenAnswer): void {
    if (older) older.newer = newer;
    else this.#oldest[age] = newer;
    if (newer) newer.older = older;
    else this.#newest[age] = older;
    this.counts[age]--;
  }
}

const CLASSES = AGES_MS.slice(1);
