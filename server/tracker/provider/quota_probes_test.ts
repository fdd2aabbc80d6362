import { assertEquals } from "../../../tests/support/assert.ts";
import { QuotaProbes } from "./quota_probes.ts";

Deno.test("the first goes at once, each further one waits longer, a minute at most", () => {
  const probes = new QuotaProbes();
  let now = 0;
  const waits = Array.from({ length: 9 }, (_, index) => {
    const wait = probes.wait(now);
    now += wait;
    probes.begin(`probe-${index}`, now);
    probes.failed(`probe-${index}`, now);
    return wait / 1000;
  });
  assertEquals(waits, [0, 1, 2, 4, 8, 16, 32, 60, 60]);
});

Deno.test("one at a time: while one is under way, others come back in a second", () => {
  const probes = new QuotaProbes();
  probes.begin("probe", 0);
  assertEquals([probes.wait(0), probes.wait(59_500), probes.wait(60_000)], [1000, 500, 0]);
  // Given up, so its late end means nothing.
  probes.begin("next", 60_000);
  probes.failed("probe", 60_001);
  assertEquals(probes.wait(60_001), 1000);
});

Deno.test("one that never left makes room for another at once; others' ends change nothing", () => {
  const probes = new QuotaProbes();
  probes.begin("probe", 0);
  probes.unsent("other");
  probes.failed("other", 0);
  assertEquals(probes.wait(0), 1000);
  probes.unsent("probe");
  assertEquals(probes.wait(0), 0);
});

Deno.test("a stream that has begun and goes on for two seconds shows that there is quota; its failure shows nothing", () => {
  const probes = new QuotaProbes();
  probes.begun("nobody", 0);
  assertEquals(probes.proven_at_ms, null);
  probes.begin("probe", 0);
  probes.begun("other", 100);
  assertEquals(probes.proven_at_ms, null);
  probes.begun("probe", 100);
  assertEquals(probes.proven_at_ms, 2100);
  probes.failed("probe", 200);
  assertEquals(probes.proven_at_ms, null);
  probes.begin("next", 2000);
  assertEquals(probes.proven_at_ms, null);
});
