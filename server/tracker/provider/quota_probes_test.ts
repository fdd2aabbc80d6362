import { assertEquals } from "../../../tests/support/assert.ts";
import { QuotaProbes } from "./quota_probes.ts";

Deno.test("the first probe is sent immediately, each further one after a longer gap of at most a minute", () => {
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

Deno.test("while a probe is in flight, other calls wait a second", () => {
  const probes = new QuotaProbes();
  probes.begin("probe", 0);
  assertEquals([probes.wait(0), probes.wait(59_500), probes.wait(60_000)], [1000, 500, 0]);
  // The first probe has timed out, so its late end is ignored.
  probes.begin("next", 60_000);
  probes.failed("probe", 60_001);
  assertEquals(probes.wait(60_001), 1000);
});

Deno.test("a probe that was not sent lets another follow immediately; other attempts change nothing", () => {
  const probes = new QuotaProbes();
  probes.begin("probe", 0);
  probes.unsent("other");
  probes.failed("other", 0);
  assertEquals(probes.wait(0), 1000);
  probes.unsent("probe");
  assertEquals(probes.wait(0), 0);
});

Deno.test("a probe that streams for two seconds proves quota; one that fails before does not", () => {
  const probes = new QuotaProbes();
  probes.begun("unknown", 0);
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
