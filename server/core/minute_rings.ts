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

/** In a cell: the count is in the block's map, because two bytes do not hold it. */
const LARGE = 2 ** 16 - 1;

/** Slots whose arrays are made together: a page of memory each, not an object a workspace. */
const SLOTS_A_BLOCK = 1024;

/** Cells of one slot: a second's requests and tokens stand side by side, so that both come with one look at memory. */
const CELLS = SPAN_S * 2;

/** What stands beside each ring: its two sums, and the second up to which it is advanced. */
const HEAD = 3;

const ADVANCED_TO = 2;

interface Block {
  cells: Uint16Array;
  heads: Float64Array;
  /** Counts of {@link LARGE} cells: rare, or two bytes would not be enough for most. */
  large: Map<number, number>;
}

export class MinuteRings {
  readonly #slotsABlock: number;
  readonly #blocks: Block[] = [];
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
    const block = this.#block(slot);
    const index = slot % this.#slotsABlock;
    const head = advance(block, index, now_s);
    if (second <= block.heads[head + ADVANCED_TO] - SPAN_S) return;
    const cell = index * CELLS + second % SPAN_S * 2;
    if (requests !== 0) block.heads[head] += bump(block, cell, requests);
    if (tokens !== 0) block.heads[head + 1] += bump(block, cell + 1, tokens);
  }

  requests(slot: number, now_s: number): number {
    const block = this.#block(slot);
    return block.heads[advance(block, slot % this.#slotsABlock, now_s)];
  }

  tokens(slot: number, now_s: number): number {
    const block = this.#block(slot);
    return block.heads[advance(block, slot % this.#slotsABlock, now_s) + 1];
  }

  /** Forgets what the slot has counted. */
  clear(slot: number): void {
    empty(this.#block(slot), slot % this.#slotsABlock);
  }

  /**
   * The second at whose beginning the window's sum is at most `most`; `now_s` when it is already.
   *
   * @param kind which of the two counts.
   */
  fallsTo(slot: number, now_s: number, kind: "requests" | "tokens", most: number): number {
    const block = this.#block(slot);
    const index = slot % this.#slotsABlock;
    const offset = kind === "requests" ? 0 : 1;
    const head = advance(block, index, now_s);
    let sum = block.heads[head + offset];
    const newest = block.heads[head + ADVANCED_TO];
    for (let second = newest - SPAN_S + 1; sum > most && second <= newest; second++) {
      sum -= read(block, index * CELLS + second % SPAN_S * 2 + offset);
      if (sum <= most) return second + SPAN_S;
    }
    return now_s;
  }

  #block(slot: number): Block {
    return this.#blocks[Math.floor(slot / this.#slotsABlock)];
  }
}

function newBlock(slots: number): Block {
  return {
    cells: new Uint16Array(slots * CELLS),
    heads: new Float64Array(slots * HEAD),
    large: new Map(),
  };
}

function read({ cells, large }: Block, cell: number): number {
  const count = cells[cell];
  return count === LARGE ? large.get(cell)! : count;
}

function write({ cells, large }: Block, cell: number, count: number): void {
  if (count >= LARGE) large.set(cell, count);
  else if (cells[cell] === LARGE) large.delete(cell);
  cells[cell] = Math.min(count, LARGE);
}

/** Adds within what a cell holds, and tells what it took: were the sum to differ from its cells, it would never drain. */
function bump(block: Block, cell: number, by: number): number {
  const before = read(block, cell);
  const after = Math.min(MOST_A_CELL, Math.max(0, before + by));
  write(block, cell, after);
  return after - before;
}

/** Drops the seconds that have left, and tells where the slot's head is. Arithmetic, not a timer: whoever asks does it. */
function advance(block: Block, index: number, now_s: number): number {
  const { heads } = block;
  const head = index * HEAD;
  const from = heads[head + ADVANCED_TO];
  if (now_s <= from) return head;
  heads[head + ADVANCED_TO] = now_s;
  if (heads[head] === 0 && heads[head + 1] === 0) return head;
  if (now_s - from >= SPAN_S) empty(block, index);
  else for (let second = from + 1; second <= now_s; second++) drop(block, index, second % SPAN_S);
  return head;
}

function drop(block: Block, index: number, second: number): void {
  const cell = index * CELLS + second * 2;
  for (let kind = 0; kind < 2; kind++) {
    const count = read(block, cell + kind);
    if (count === 0) continue;
    block.heads[index * HEAD + kind] -= count;
    write(block, cell + kind, 0);
  }
}

function empty({ cells, heads, large }: Block, index: number): void {
  const first = index * CELLS;
  if (large.size > 0) { for (let cell = first; cell < first + CELLS; cell++) large.delete(cell); }
  cells.fill(0, first, first + CELLS);
  heads[index * HEAD] = 0;
  heads[index * HEAD + 1] = 0;
}
