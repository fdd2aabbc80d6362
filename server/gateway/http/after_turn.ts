/** Calls back after the present turn of the event loop. One timer serves all who wait. */

/** Who waits. An object and not a function, because one waits for each exchange. */
interface Waiting {
  turnEnded(): void;
}

let waiting: Waiting[] = [];

/**
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { afterTurn } from "./after_turn.ts";
 *
 * const order: number[] = [];
 * await new Promise<void>((resolve) => {
 *   afterTurn({ turnEnded: () => (order.push(2), resolve()) });
 *   order.push(1);
 * });
 * assert.deepEqual(order, [1, 2]);
 * ```
 */
export function afterTurn(who: Waiting): void {
  if (waiting.push(who) === 1) setImmediate(endTurn);
}

function endTurn(): void {
  const ended = waiting;
  waiting = [];
  for (const who of ended) who.turnEnded();
}
