/** The holds of attempts in flight, oldest first, as a linked list: a hold costs one small object. */
import type { Remaining } from "../../core/limits.ts";
import { NO_LIMITS } from "../../core/workspace_limits.ts";
import type { Hold } from "../live_store.ts";
import { type Counter, FLOAT, WORD } from "./counter_page.ts";

// Copied into constants: V8 looks an imported binding up at each use, and each call uses these.
const { aged: AGED, held_requests: HELD_REQUESTS } = WORD;
const { held_tokens: HELD_TOKENS } = FLOAT;

/** The counter of a workspace, which is also that of its only model until {@link former} has a copy of it. */
interface SharedCounter extends Counter {
  readonly former: Counter | null;
}

/** A hold, the counters that it is in, and its neighbours among those sent within the minute. */
export class CountedHold<Of extends SharedCounter = SharedCounter> implements Hold {
  under_way = true;
  /** Whether it was sent within the minute. */
  recent = true;
  newer: CountedHold | null = null;
  constructor(
    readonly at_ms: number,
    readonly tokens: number,
    readonly workspace: Of,
    /** The workspace itself where its model was the only one then. */
    readonly counter: Counter | null,
    public older: CountedHold | null,
    readonly remaining: Remaining,
  ) {}

  /** The model's own counter, where it has one. */
  get model(): Counter | null {
    return this.counter === this.workspace ? this.workspace.former : this.counter;
  }
}

/**
 * The holds of all counters in one list: a list for each workspace would be an object made and dropped with every call.
 * Each counter has the sums of its holds: of those sent within the minute, and the number of the older ones.
 */
export class Holds<Of extends SharedCounter = SharedCounter> {
  #oldest: CountedHold | null = null;
  #newest: CountedHold | null = null;

  /** Adds a hold. `at_ms` is not before that of any hold added earlier. */
  add(
    workspace: Of,
    counter: Counter | null,
    at_ms: number,
    tokens: number,
    remaining: Remaining = NO_LIMITS,
  ): CountedHold<Of> {
    const hold = new CountedHold(at_ms, tokens, workspace, counter, this.#newest, remaining);
    if (this.#newest) this.#newest.newer = hold;
    else this.#oldest = hold;
    this.#newest = hold;
    take(workspace, tokens);
    if (counter && counter !== workspace) take(counter, tokens);
    return hold;
  }

  /** Ends a hold; `false` when it has ended before. */
  end(hold: CountedHold): boolean {
    if (!hold.under_way) return false;
    hold.under_way = false;
    const { workspace, model, tokens } = hold;
    if (!hold.recent) {
      workspace.page.words[workspace.at + AGED]--;
      if (model) model.page.words[model.at + AGED]--;
      return true;
    }
    this.#unlink(hold);
    giveBack(workspace, tokens);
    if (model) giveBack(model, tokens);
    return true;
  }

  /** Takes holds sent in `second` or before out of the minute. */
  age(second: number): void {
    while (this.#oldest && Math.floor(this.#oldest.at_ms / 1000) <= second) {
      const hold = this.#oldest;
      this.#unlink(hold);
      hold.recent = false;
      age(hold.workspace, hold.tokens);
      if (hold.model) age(hold.model, hold.tokens);
    }
  }

  /** The holds of one counter that were sent within the minute. Iterates over all holds. */
  *recent(counter: Counter): Iterable<Hold> {
    for (let hold = this.#oldest; hold; hold = hold.newer) {
      if (hold.workspace === counter || hold.model === counter) yield hold;
    }
  }

  #unlink(hold: CountedHold): void {
    if (hold.older) hold.older.newer = hold.newer;
    else this.#oldest = hold.newer;
    if (hold.newer) hold.newer.older = hold.older;
    else this.#newest = hold.older;
    hold.older = null;
    hold.newer = null;
  }
}

function take({ page, at }: Counter, tokens: number): void {
  page.words[at + HELD_REQUESTS]++;
  page.floats[(at >> 1) + HELD_TOKENS] += tokens;
}

function giveBack({ page, at }: Counter, tokens: number): void {
  page.words[at + HELD_REQUESTS]--;
  page.floats[(at >> 1) + HELD_TOKENS] -= tokens;
}

function age(counter: Counter, tokens: number): void {
  counter.page.words[counter.at + AGED]++;
  giveBack(counter, tokens);
}
