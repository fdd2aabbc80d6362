import { assertEquals } from "../../../tests/support/assert.ts";
import { StreamLatency } from "./stream_latency.ts";

/** What is said after each of so many first bytes. */
const said = (...runs: [times: number, first_byte_ms: number][]) => {
  const pace = new StreamLatency();
  return runs.map(([times, first_byte_ms]) => {
    for (let each = 0; each < times; each++) pace.add(first_byte_ms, 0);
    return pace.slowness(0)?.now_ms ?? null;
  });
};

Deno.test("slow is far above what was usual, and long by itself", () => {
  assertEquals(said([24, 800], [3, 12_000], [2, 12_000]), [null, null, 12_000]);
  assertEquals(said([24, 800], [8, 9000]), [null, null], "nine seconds are no wait that anyone would call broken");
  assertEquals(said([24, 4000], [8, 12_000]), [null, null], "three times is a long question");
  assertEquals(said([10, 800], [8, 12_000]), [null, null], "of too few nothing can be said");
});

Deno.test("one slow answer in four is weather; it ends with the fast ones, or becomes the usual", () => {
  const pace = new StreamLatency();
  for (let each = 0; each < 100; each++) pace.add(each % 4 === 0 ? 60_000 : 500, 0);
  assertEquals(pace.slowness(0), null);
  assertEquals(said([24, 800], [8, 12_000], [5, 800]), [null, 12_000, null]);
  assertEquals(said([24, 800], [8, 12_000], [13, 12_000]), [null, 12_000, null]);
});

Deno.test("two minutes after the last answer it is no longer believed", () => {
  const pace = new StreamLatency();
  for (let each = 0; each < 24; each++) pace.add(800, 0);
  for (let each = 0; each < 8; each++) pace.add(15_000, 1000);
  assertEquals(pace.slowness(120_999), { now_ms: 15_000, usual_ms: 800, until_ms: 121_000 });
  assertEquals(pace.slowness(121_000), null);
});
