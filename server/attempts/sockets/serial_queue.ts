/** Runs steps one after the other, in the order in which they were added. */

/**
 * A step runs immediately if none before it is pending, otherwise after them. A step that fails does not stop those after it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SerialQueue } from "./serial_queue.ts";
 *
 * const steps: number[] = [];
 * const queue = new SerialQueue();
 * queue.run(() => Promise.resolve().then(() => void steps.push(1)));
 * queue.run(() => void steps.push(2));
 * await queue.idle;
 * assert.deepEqual(steps, [1, 2]);
 * ```
 */
export class SerialQueue {
  /** Resolves when no step is pending; `null` if none is. */
  idle: Promise<void> | null = null;

  run(step: () => void | Promise<void>): void {
    const pending = this.idle ? this.idle.then(step) : step();
    if (!pending) return;
    const idle = pending.catch(() => {}).finally(() => this.idle === idle && (this.idle = null));
    this.idle = idle;
  }
}
