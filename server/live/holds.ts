/** What attempts under way hold, oldest first: a list in the holds themselves, so that to hold costs one small object. */

/** An attempt under way: it counts in the second in which it was sent, as reserved until it is settled. */
export interface Hold {
  readonly at_ms: number;
  /** Tokens reserved for it. */
  readonly tokens: number;
}

/** A hold in its list. `under_way` ends once; `recent` while the minute knows it. */
interface Link extends Hold {
  under_way: boolean;
  recent: boolean;
  older: Link | null;
  newer: Link | null;
}

/** One workspace's holds. Those that the minute has forgotten are only counted. */
export class Holds {
  /** Under way, however old. */
  count = 0;
  /** Those of them that the minute still knows, and their tokens. */
  recent = 0;
  recent_tokens = 0;
  #oldest: Link | null = null;
  #newest: Link | null = null;

  add(at_ms: number, tokens: number): Hold {
    const link: Link = { at_ms, tokens, under_way: true, recent: true, older: this.#newest, newer: null };
    if (this.#newest) this.#newest.newer = link;
    else this.#oldest = link;
    this.#newest = link;
    this.count++;
    this.recent++;
    this.recent_tokens += tokens;
    return link;
  }

  /** Ends a hold that {@link add} gave; `false` when it has ended already. */
  end(hold: Hold): boolean {
    const link = hold as Link;
    if (!link.under_way) return false;
    link.under_way = false;
    this.count--;
    if (link.recent) this.#forget(link);
    return true;
  }

  /** Forgets, for the minute, what was sent in `second` or before. */
  age(second: number): void {
    while (this.#oldest && Math.floor(this.#oldest.at_ms / 1000) <= second) this.#forget(this.#oldest);
  }

  /** Those that the minute knows. */
  *recently(): Iterable<Hold> {
    for (let link = this.#oldest; link; link = link.newer) yield link;
  }

  #forget(link: Link): void {
    link.recent = false;
    this.recent--;
    this.recent_tokens -= link.tokens;
    if (link.older) link.older.newer = link.newer;
    else this.#oldest = link.newer;
    if (link.newer) link.newer.older = link.older;
    else this.#newest = link.older;
    link.older = null;
    link.newer = null;
  }
}
