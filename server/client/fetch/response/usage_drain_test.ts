import { ManualClock } from "../../../../tests/support/clock.ts";
import { assertEquals } from "../../../../tests/support/assert.ts";
import type { BodyObserver } from "./body_observer.ts";
import { drain, drained } from "./usage_drain.ts";

/** A drain that the test feeds, and the calls that it makes. */
function drainOf(feed: (read: number) => Promise<Uint8Array | null>) {
  const calls: string[] = [];
  const observer: BodyObserver = {
    awaitsUsage: true,
    chunk: (bytes) => (calls.push(`chunk ${bytes}`), bytes),
    end: () => (calls.push("end"), new Uint8Array()),
    cancelled: () => void calls.push("cancelled"),
    failed: () => void calls.push("failed"),
  };
  let reads = 0;
  const clock = new ManualClock();
  drain({ next: () => feed(reads++), stop: () => void calls.push("stop") }, observer, (ms, fn) => clock.after(ms, fn));
  return { calls, clock };
}

const never = () => new Promise<never>(() => {});

Deno.test("a stream that ends is read to its end, and its timer is cancelled", async () => {
  const { calls, clock } = drainOf((read) => Promise.resolve(read < 2 ? Uint8Array.of(read) : null));
  await drained();
  clock.advance(5000);
  assertEquals(calls, ["chunk 0", "chunk 1", "end"]);
});

Deno.test("FAULT 78: a stream that is silent, or goes on, is closed after a second, and nothing more is read", async () => {
  for (const feed of [never, (read: number) => read === 0 ? Promise.resolve(Uint8Array.of(0)) : never()]) {
    const { calls, clock } = drainOf(feed);
    await Promise.resolve();
    clock.advance(999);
    await Promise.resolve();
    assertEquals(calls.includes("stop"), false);
    clock.advance(1);
    await drained();
    assertEquals(calls.slice(-2), ["cancelled", "stop"]);
  }
});

Deno.test("a connection that is lost ends the attempt as one that its caller has left", async () => {
  const { calls } = drainOf((read) =>
    read === 0 ? Promise.resolve(Uint8Array.of(0)) : Promise.reject(new Error("reset"))
  );
  await drained();
  assertEquals(calls, ["chunk 0", "cancelled", "stop"]);
});
