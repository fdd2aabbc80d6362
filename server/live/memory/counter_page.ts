/**
 * How counters are laid out in memory. All counts of a workspace or model are side by side in a page that many share: with
 * very many workspaces a call costs as much as the memory lines that it touches.
 */
import { MINUTE_SPAN_S } from "../../core/limits.ts";

/** Offsets of four-byte words in a slot. Instants in epoch seconds. */
export const WORD = {
  /** The second up to which the ring is advanced. */
  advanced_to: 0,
  /** The first second that was written since the ring was empty: cells of earlier seconds are not valid. */
  written_from: 1,
  /** The ring's sum of requests. */
  requests: 2,
  /** Attempts under way that were sent within the minute. */
  held_requests: 3,
  /** The first second of the day that is counted. */
  day_start: 4,
  /** Attempts under way that were sent on that day. */
  day_held_requests: 5,
  /** The first of {@link MINUTE_SPAN_S} seconds: two bytes of requests, two of tokens. */
  cells: 16,
  /** Attempts under way that were sent before the minute. */
  aged: 16 + MINUTE_SPAN_S,
} as const;

/** Offsets of eight-byte floats in a slot. */
export const FLOAT = {
  /** The ring's sum of tokens. */
  tokens: 3,
  /** Of them, held. */
  held_tokens: 4,
  day_requests: 5,
  day_tokens: 6,
  day_held_tokens: 7,
} as const;

/** Words of one slot: head and ring, up to the next multiple of eight bytes. */
export const SLOT_WORDS = 78;

/** Memory of many slots: the same bytes as words and as floats. */
export interface CounterPage {
  readonly words: Uint32Array;
  readonly floats: Float64Array;
  /** Counts that do not fit into the two bytes of a cell, by cell and half. */
  readonly large: Map<number, number>;
}

/** A page of empty slots; the first word of slot `n` is `n * SLOT_WORDS`. */
export function counterPage(slots: number): CounterPage {
  const bytes = new ArrayBuffer(slots * SLOT_WORDS * 4);
  return {
    words: new Uint32Array(bytes),
    floats: new Float64Array(bytes),
    large: new Map(),
  };
}

/** The counts of each second of a minute in smaller parts. */
export interface RecordedParts {
  /** Adds to the part of an instant; negative numbers subtract what was added to it. */
  add(at_ms: number, requests: number, tokens: number): void;
  /** What has left the minute of the ring's last second, but is still in its sum. */
  left(now_ms: number, kind: "requests" | "tokens"): number;
}

/** One slot of a page: the counts of a workspace, or of a model in it. */
export class Counter {
  /** Its seconds in parts; `null` where they are not recorded. */
  parts: RecordedParts | null = null;
  constructor(public page: CounterPage, public at: number) {}
}

/** Slots that have their memory made together: what the last page has not used yet is under 1 % of it. */
const SLOTS_PER_PAGE = 1024;

/** Hands out slots, one after another. */
export class CounterPages {
  /** The slot of all that have not counted anything yet. */
  readonly empty = counterPage(1);
  #page = this.empty;
  #used = 0;
  /** Slots that were given back: a page lives as long as one of its slots is used. */
  readonly #free: Counter[] = [];

  /** Gives a counter that has none yet a slot of its own. */
  allot(counter: Counter): void {
    const free = this.#free.pop();
    if (free) return move(counter, free);
    const slot = this.#used++ % SLOTS_PER_PAGE;
    if (slot === 0) this.#page = counterPage(SLOTS_PER_PAGE);
    counter.page = this.#page;
    counter.at = slot * SLOT_WORDS;
  }

  /** Takes a counter's slot back, without its counts. */
  release(counter: Counter): void {
    if (counter.page === this.empty) return;
    emptySlot(counter);
    this.#free.push(new Counter(counter.page, counter.at));
    move(counter, { page: this.empty, at: 0 });
  }
}

function move(counter: Counter, { page, at }: Pick<Counter, "page" | "at">): void {
  counter.page = page;
  counter.at = at;
}

/** Copies all counts of one slot to another one that has none. */
export function copySlot(from: Counter, to: Counter): void {
  to.page.words.set(from.page.words.subarray(from.at, from.at + SLOT_WORDS), to.at);
  for (const [cell, count] of largeCounts(from)) to.page.large.set(cell + 2 * (to.at - from.at), count);
}

/** Forgets all counts of a slot. */
export function emptySlot(slot: Counter): void {
  slot.page.words.fill(0, slot.at, slot.at + SLOT_WORDS);
  for (const [cell] of largeCounts(slot)) slot.page.large.delete(cell);
}

/** The counts of a slot that are in its page's map. */
function largeCounts({ page: { large }, at }: Counter): [number, number][] {
  return [...large].filter(([cell]) => cell >= 2 * at && cell < 2 * (at + SLOT_WORDS));
}
