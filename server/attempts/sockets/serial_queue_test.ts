import { assertEquals } from "../../../tests/support/assert.ts";
import { SerialQueue } from "./serial_queue.ts";

Deno.test("a step runs immediately while none is pending, and leaves the queue idle", () => {
  const queue = new SerialQueue();
  let ran = false;
  queue.run(() => void (ran = true));
  assertEquals([ran, queue.idle], [true, null]);
});

Deno.test("later steps wait for every earlier one, even after one fails", async () => {
  const queue = new SerialQueue();
  const first = Promise.withResolvers<void>(), second = Promise.withResolvers<void>();
  const steps: string[] = [];
  queue.run(() => first.promise);
  const afterFirst = queue.idle;
  queue.run(() => (steps.push("second"), second.promise));
  first.reject(new Error("failed"));
  await afterFirst;
  await Promise.resolve();
  queue.run(() => void steps.push("third"));
  assertEquals(steps, ["second"]);
  second.resolve();
  await queue.idle;
  assertEquals([steps, queue.idle], [["second", "third"], null]);
});
