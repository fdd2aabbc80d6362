/**
 * The rolling minute of many workspaces: a ring of one-second counts each, all in a few typed arrays, so that a million
 * workspaces cost neither a timer nor an object.
 *
 * A count made in second `s` leaves when second `s + 61` begins: between 60 and 61 s after it was made, late rather than
 * early, so that no burst across a clock minute passes what the provider counts.
 */

/** Seconds that a count stays. */
export const SPAN_S = 61;

/** The most that one second of one slot holds. */
const MOST_A_CELL = 2 ** 32 - 1;

/** Slots whose arrays are made together: a page of memory each, not an object a workspace. */
const SLOTS_A_BLOCK = 1024;

interface Block {
  requests: Uint32Array;
  tokens: Uint32Array;
  /** Sums over each slot's ring. */
  requestSums: Float64Array;
  tokenSums: Float64Array;
  /** Second up to which each slot's ring is advanced. */
  advancedTo: Uint32Array;
}

export class MinuteRings {
  readonly #slotsABlock: number;
  #blocks: Block[] = [];
  #opened = 0;

  constructor(slotsABlock = SLOTS_A_BLOCK) {
    this.#slotsABlock = slotsABlock;
  }

  /** A slot for one more workspace, empty. */
  open(): number {
    if (this.#opened === this.#blocks.length * this.#slotsABlock) this.#blocks.push(newBlock(this.#slotsABlock));
    return this.#opened++;
  }

  /**
   * Adds to the count of `second`, or takes back where negative; a second holds between zero and 2³² − 1 of each. Ignored
   * when that second has left the window.
   *
   * @param now_s the current whole epoch second, never before `second`.
   */
  add(slot: number, second: number, now_s: number, requests: number, tokens: number): void {
    const { block, index } = this.#at(slot, now_s);
    if (second <= block.advancedTo[index] - SPAN_S) return;
    const cell = index * SPAN_S + second % SPAN_S;
    block.requestSums[index] += bump(block.requests, cell, requests);
    block.tokenSums[index] += bump(block.tokens, cell, tokens);
  }

  requests(slot: number, now_s: number): number {
    const { block, index } = this.#at(slot, now_s);
    return block.requestSums[index];
  }

  tokens(slot: number, now_s: number): number {
    const { block, index } = this.#at(slot, now_s);
    return block.tokenSums[index];
  }

  /** Forgets what the slot has counted. */
  clear(slot: number): void {
    empty(this.#blocks[Math.floor(slot / this.#slotsABlock)], slot % this.#slotsABlock);
  }

  /**
   * The second at whose beginning the window's sum is at most `most`; `now_s` when it is already.
   *
   * @param kind which of the two counts.
   */
  fallsTo(slot: number, now_s: number, kind: "requests" | "tokens", most: number): number {
    const { block, index } = this.#at(slot, now_s);
    let sum = (kind === "requests" ? block.requestSums : block.tokenSums)[index];
    const ring = kind === "requests" ? block.requests : block.tokens;
    const newest = block.advancedTo[index];
    for (let second = newest - SPAN_S + 1; sum > most && second <= newest; second++) {
      sum -= ring[index * SPAN_S + second % SPAN_S];
      if (sum <= most) return second + SPAN_S;
    }
    return now_s;
  }

  #at(slot: number, now_s: number): { block: Block; index: number } {
    const block = this.#blocks[Math.floor(slot / this.#slotsABlock)];
    const index = slot % this.#slotsABlock;
    advance(block, index, now_s);
    return { block, index };
  }
}

function newBlock(slots: number): Block {
  return {
    requests: new Uint32Array(slots * SPAN_S),
    tokens: new Uint32Array(slots * SPAN_S),
    requestSums: new Float64Array(slots),
    tokenSums: new Float64Array(slots),
    advancedTo: new Uint32Array(slots),
  };
}

/** Adds within what a cell holds, and tells what it took: were the sum to differ from its cells, it would never drain. */
function bump(cells: Uint32Array, cell: number, by: number): number {
  const before = cells[cell];
  cells[cell] = Math.min(MOST_A_CELL, Math.max(0, before + by));
  return cells[cell] - before;
}

/** Drops the seconds that have left. Arithmetic, not a timer: whoever asks next does it. */
function advance(block: Block, index: number, now_s: number): void {
  const from = block.advancedTo[index];
  if (now_s <= from) return;
  block.advancedTo[index] = now_s;
  if (block.requestSums[index] === 0 && block.tokenSums[index] === 0) return;
  if (now_s - from >= SPAN_S) return empty(block, index);
  for (let second = from + 1; second <= now_s; second++) {
    const cell = index * SPAN_S + second % SPAN_S;
    block.requestSums[index] -= block.requests[cell];
    block.tokenSums[index] -= block.tokens[cell];
    block.requests[cell] = 0;
    block.tokens[cell] = 0;
  }
}

function empty(block: Block, index: number): void {
  block.requests.fill(0, index * SPAN_S, (index + 1) * SPAN_S);
  block.tokens.fill(0, index * SPAN_S, (index + 1) * SPAN_S);
  block.requestSums[index] = 0;
  block.tokenSums[index] = 0;
}
