/** What has to wait, and what comes after it, in the order in which it came. */

/**
 * Steps that run one after the other: at once while nothing waits, else behind what does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SerialQueue } from "./serial_queue.ts";
 *
 * const steps: number[] = [];
 * const order = new SerialQueue();
 * order.run(() => Promise.resolve().then(() => void steps.push(1)));
 * order.run(() => void steps.push(2));
 * await order.idle;
 * assert.deepEqual(steps, [1, 2]);
 * ```
 */
export class SerialQueue {
  /** Resolves when nothing waits any more; `null` while nothing does. */
  idle: Promise<void> | null = null;

  run(step: () => void | Promise<void>): void {
    const waits = this.idle ? this.idle.then(step) : step();
    if (!waits) return;
    const idle = waits.catch(() => {}).finally(() => this.idle === idle && (this.idle = null));
    this.idle = idle;
  }
}
