/** A binary heap of numbers. */

export class MinHeap {
  readonly #heap: number[] = [];

  push(value: number): void {
    const heap = this.#heap;
    let at = heap.length;
    for (let above; at > 0 && heap[above = (at - 1) >> 1] > value; at = above) heap[at] = heap[above];
    heap[at] = value;
  }

  /** Removes and returns the smallest number; `undefined` if the heap is empty. */
  pop(): number | undefined {
    const heap = this.#heap;
    const smallest = heap[0];
    const last = heap.pop();
    if (heap.length > 0) this.#sink(last!);
    return smallest;
  }

  /** Places a value at the root and moves it down. */
  #sink(value: number): void {
    const heap = this.#heap;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && heap[below + 1] < heap[below]) below++;
      if (heap[below] >= value) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = value;
  }
}
