/** How long a model's recent answers were: in general, and those that were still under way at some age. */

/** Weight of the newest answer: about the last hundred decide. */
const NEWEST = 1 / 64;

/** Recent answers that weigh as much as the moving mean. */
const EFFECTIVE = 2 / NEWEST - 1;

/** Answers after which an expectation is given. */
const MIN_ANSWERS = 8;

/** The longest answer seen is forgotten so many times more slowly than the mean. */
const LONGEST_MEMORY = 4;

/** Standard deviations above the mean of a sum. More would refuse calls for nothing: sums of lengths are nearly normal. */
const MARGIN = 2;

/**
 * The ages at which another class of answers under way begins, in milliseconds. The longer an answer is under way, the longer
 * it will be. The last is the end: after it, an attempt no longer counts in the minute.
 */
export const AGES_MS = [0, 1000, 4000, 16_000, 61_000] as const;

/** A moving mean and variance of weighted values. */
class MovingMean {
  mean = 0;
  variance = 0;
  #weight = 0;

  /** Whether a value had a weight. */
  get known(): boolean {
    return this.#weight > 0;
  }

  /** @param newest the share of the newest value if all have the same weight. */
  add(value: number, weight: number, newest: number): void {
    this.#weight += (weight - this.#weight) * newest;
    if (weight === 0) return;
    const share = newest * weight / this.#weight;
    const distance = value - this.mean;
    this.mean += distance * share;
    this.variance = (1 - share) * (this.variance + share * distance * distance);
  }
}

/** The lengths of one model's answers, in output tokens. */
export class AnswerLengths {
  #seen = 0;
  #longest = 0;
  readonly #latency_ms = new MovingMean();
  /** By age. The first covers answers that have just begun, hence all. */
  readonly #byAge = AGES_MS.slice(1).map(() => new MovingMean());

  /** Whether enough answers were seen to expect anything of the next one. */
  get known(): boolean {
    return this.#seen >= MIN_ANSWERS;
  }

  get mean(): number {
    return this.#byAge[0].mean;
  }

  /** The longest that an answer is expected to be; higher while few were seen. */
  get longest(): number {
    return this.#longest * this.#caution;
  }

  learn(tokens: number, latency_ms: number): void {
    // At first all answers weigh the same, so that the first one does not dominate.
    const newest = Math.max(NEWEST, 1 / ++this.#seen);
    this.#byAge[0].add(tokens, 1, newest);
    this.#latency_ms.add(latency_ms, 1, newest);
    for (let age = 1; age < this.#byAge.length; age++) {
      // Weighted by the time spent in the class: so the mean is that of answers found in it at a random moment.
      const spent_ms = Math.min(latency_ms, AGES_MS[age + 1]) - AGES_MS[age];
      this.#byAge[age].add(tokens, Math.max(0, spent_ms), newest);
    }
    this.#longest = Math.max(tokens, this.#longest - (this.#longest - this.mean) * newest / LONGEST_MEMORY);
  }

  /**
   * The tokens that the answers under way, and one more that begins now, are expected not to exceed together: their means,
   * and one margin for the sum, because deviations of many average out.
   *
   * @param counts how many are under way, by age.
   * @param most the sum of what each can have at most, which bounds the margin.
   */
  sumWithOneMore(counts: readonly number[], most: number): number {
    let [sum, variance, answers] = [this.mean, this.#byAge[0].variance, 1];
    for (let age = 0; age < counts.length; age++) {
      if (counts[age] === 0) continue;
      const lengths = this.#byAge[age];
      answers += counts[age];
      sum += counts[age] * (lengths.known ? lengths.mean : this.#atPace(age));
      variance += counts[age] * lengths.variance;
    }
    // The mean is known from few answers, and an error of it is an error of each.
    const error = 1 + answers / Math.min(this.#seen, EFFECTIVE);
    // The length of a single answer is far from normal: the fewer are under way, the wider the margin.
    const deviations = MARGIN * (1 + 1 / answers);
    const margin = deviations * Math.sqrt(variance * error) * this.#caution;
    return Math.max(sum, Math.min(sum + margin, most));
  }

  /** The length of an answer that is older than any before it: as many tokens as the others had in such a time. */
  #atPace(age: number): number {
    const middle_ms = (AGES_MS[age] + AGES_MS[age + 1]) / 2;
    return Math.max(this.longest, middle_ms * this.mean / Math.max(1, this.#latency_ms.mean));
  }

  /** Few answers show neither the longest nor the whole deviation. */
  get #caution(): number {
    return 1 + MIN_ANSWERS / this.#seen;
  }
}
