import { assertEquals } from "../../../tests/support/assert.ts";
import { StreamLatencies, StreamLatency } from "./stream_latency.ts";

/** The slowness reported after each run of equal times to the first byte. */
const slownessAfter = (...runs: [times: number, first_byte_ms: number][]) => {
  const latency = new StreamLatency();
  return runs.map(([times, first_byte_ms]) => {
    for (let each = 0; each < times; each++) latency.add(first_byte_ms, 0);
    return latency.slowness(0)?.now_ms ?? null;
  });
};

Deno.test("slow means both far above the usual time and long in itself", () => {
  assertEquals(slownessAfter([24, 800], [3, 12_000], [2, 12_000]), [null, null, 12_000]);
  assertEquals(slownessAfter([24, 800], [8, 9000]), [null, null], "nine seconds are not slow, whatever is usual");
  assertEquals(slownessAfter([24, 4000], [8, 12_000]), [null, null], "three times the usual may be a long prompt");
  assertEquals(slownessAfter([10, 800], [8, 12_000]), [null, null], "too few streams to compare with");
});

Deno.test("one slow stream in four is normal; slowness ends with fast streams, or becomes the usual", () => {
  const latency = new StreamLatency();
  for (let each = 0; each < 100; each++) latency.add(each % 4 === 0 ? 60_000 : 500, 0);
  assertEquals(latency.slowness(0), null);
  assertEquals(slownessAfter([24, 800], [8, 12_000], [5, 800]), [null, 12_000, null]);
  assertEquals(slownessAfter([24, 800], [8, 12_000], [13, 12_000]), [null, 12_000, null]);
});

Deno.test("a finding is valid for two minutes after the last stream", () => {
  const latency = new StreamLatency();
  for (let each = 0; each < 24; each++) latency.add(800, 0);
  for (let each = 0; each < 8; each++) latency.add(15_000, 1000);
  assertEquals(latency.slowness(120_999), { now_ms: 15_000, usual_ms: 800, until_ms: 121_000 });
  assertEquals(latency.slowness(121_000), null);
});

Deno.test("the slow pool is found behind pools that are as fast as usual", () => {
  const latencies = new StreamLatencies();
  for (let each = 0; each < 24; each++) for (const pool of ["fast", "slow"]) latencies.add(pool, 800, 0);
  for (let each = 0; each < 8; each++) latencies.add("slow", 12_000, 0);
  assertEquals([latencies.slowPool(0)?.pool, latencies.slowPool(120_000)], ["slow", null]);
});

Deno.test("the latencies of twenty pools are kept", () => {
  const latencies = new StreamLatencies();
  const slow = (pool: string) => {
    for (let each = 0; each < 24; each++) latencies.add(pool, 800, 0);
    for (let each = 0; each < 8; each++) latencies.add(pool, 12_000, 0);
  };
  slow("first");
  for (let other = 0; other < 19; other++) latencies.add(`other ${other}`, 800, 0);
  assertEquals(latencies.slowPool(0)?.pool, "first");
  latencies.add("one more", 800, 0);
  assertEquals(latencies.slowPool(0), null);
});
