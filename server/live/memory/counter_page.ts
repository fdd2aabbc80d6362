/**
 * Where the counts of a workspace stand in memory. They are side by side, because with a million workspaces a call costs
 * what it costs to fetch the lines of memory that it touches: one for the head, one for the second, no object.
 */

/** Seconds that a count stays. */
export const SPAN_S = 61;

/** Four-byte places of a slot's head, from its first. Instants in epoch seconds. */
export const WORD = {
  /** The second up to which the ring is advanced. */
  advanced_to: 0,
  /** The first second of the ring that was written since the slot was empty: cells of earlier ones mean nothing. */
  written_from: 1,
  /** The ring's sum of requests. */
  requests: 2,
  /** Attempts under way that the minute knows. */
  held_requests: 3,
  /** The second in which the day began that the day's counts are of. */
  day_start: 4,
  /** Attempts under way that were sent on that day. */
  day_held_requests: 5,
  /** The first of {@link SPAN_S} seconds: two bytes of requests, two of tokens. */
  cells: 16,
  /** Attempts under way that the minute has forgotten. */
  aged: 16 + SPAN_S,
} as const;

/** Eight-byte places of a slot's head, from its first. */
export const FLOAT = {
  /** The ring's sum of tokens. */
  tokens: 3,
  /** Of them, held. */
  held_tokens: 4,
  day_requests: 5,
  day_tokens: 6,
  day_held_tokens: 7,
} as const;

/** Words of one slot: its head, its ring, and up to the next multiple of eight bytes. */
export const SLOT_WORDS = 78;

/** The memory of many slots: the same bytes as words and as floats. */
export interface CounterPage {
  readonly words: Uint32Array;
  readonly floats: Float64Array;
  /** Counts that the two bytes of a cell do not hold, by cell and half. */
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
