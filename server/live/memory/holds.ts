/** What attempts under way hold, oldest first: a list in the holds themselves, so that to hold costs one small object. */
import { type CounterPage, FLOAT, WORD } from "./counter_page.ts";

// Taken out of the table once: what is imported is looked up at each use, and these are used with each call.
const { aged: AGED, held_requests: HELD_REQUESTS } = WORD;
const { held_tokens: HELD_TOKENS } = FLOAT;

/** An attempt under way: it counts in the second in which it was sent, as reserved until it is settled. */
export interface Hold {
  readonly at_ms: number;
  /** Tokens reserved for it. */
  readonly tokens: number;
}

/** A hold, where it counts, and its neighbours among those that the minute knows. */
class Link implements Hold {
  under_way = true;
  recent = true;
  newer: Link | null = null;
  constructor(
    readonly at_ms: number,
    readonly tokens: number,
    readonly page: CounterPage,
    readonly at: number,
    public older: Link | null,
  ) {}
}

/**
 * The holds of all slots in one list, since a list a workspace would be an object to be made and dropped with every call.
 * Each slot has its own sums: of those that the minute knows, and the number of those that it has forgotten.
 */
export class Holds {
  #oldest: Link | null = null;
  #newest: Link | null = null;

  /** Holds for a slot. Never before a hold that was added earlier, whosever it is. */
  add(page: CounterPage, at: number, at_ms: number, tokens: number): Hold {
    const link = new Link(at_ms, tokens, page, at, this.#newest);
    if (this.#newest) this.#newest.newer = link;
    else this.#oldest = link;
    this.#newest = link;
    page.words[at + HELD_REQUESTS]++;
    page.floats[(at >> 1) + HELD_TOKENS] += tokens;
    return link;
  }

  /** Ends a hold that {@link add} gave for that slot; `false` when it has ended already. */
  end(hold: Hold): boolean {
    const link = hold as Link;
    if (!link.under_way) return false;
    link.under_way = false;
    if (link.recent) this.#forget(link);
    else link.page.words[link.at + AGED]--;
    return true;
  }

  /** Forgets, for the minute, what was sent in `second` or before. */
  age(second: number): void {
    while (this.#oldest && Math.floor(this.#oldest.at_ms / 1000) <= second) {
      this.#oldest.page.words[this.#oldest.at + AGED]++;
      this.#forget(this.#oldest);
    }
  }

  /** Those of a slot that the minute knows: a walk over all slots' holds. */
  *recently(page: CounterPage, at: number): Iterable<Hold> {
    for (let link = this.#oldest; link; link = link.newer) if (link.page === page && link.at === at) yield link;
  }

  #forget(link: Link): void {
    link.recent = false;
    link.page.words[link.at + HELD_REQUESTS]--;
    link.page.floats[(link.at >> 1) + HELD_TOKENS] -= link.tokens;
    if (link.older) link.older.newer = link.newer;
    else this.#oldest = link.newer;
    if (link.newer) link.newer.older = link.older;
    else this.#newest = link.older;
    link.older = null;
    link.newer = null;
  }
}
