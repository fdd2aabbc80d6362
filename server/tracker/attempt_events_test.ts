import { bench, failed, LIMITS, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import type { AttemptListener } from "./attempt_events.ts";

/** A tracker with a limit of two requests a minute, and what its listener was told. */
function setUp() {
  const life = bench({ limits: { ...LIMITS, requests_per_minute: 2 } });
  const told: string[] = [];
  life.tracker.events.add({
    settled: ({ workspace_id, outcome }) => told.push(`${workspace_id} ${outcome}`),
    refused: ({ workspace_id }, { refused }) => told.push(`${workspace_id} ${refused}`),
    unsent: ({ workspace_id }) => told.push(`${workspace_id} unsent`),
  });
  return { ...life, told };
}

Deno.test("a listener is told of every end and every refusal, once", () => {
  const { tracker, told } = setUp();
  send(tracker);
  send(tracker, failed(500, "server_error"));
  tracker.reserve(plan());
  reserve(tracker, { workspace_id: "beta" }).release("ECONNREFUSED");
  reserve(tracker, { workspace_id: "beta" }).release(null);
  assertEquals(told, ["acme ok", "acme failed", "acme workspace_rate_limited", "beta unsent"]);
});

Deno.test("an attempt that waits is refused at the end of its wait only", async () => {
  const { tracker, clock, told } = setUp();
  clock.every(1000, () => tracker.tick());
  send(tracker);
  send(tracker);
  const waiting = Promise.resolve(tracker.reserve(plan(), { max_wait_ms: 5000 }));
  clock.advance(4000);
  assertEquals(told, ["acme ok", "acme ok"]);
  clock.advance(2000);
  await waiting;
  assertEquals(told.slice(2), ["acme workspace_rate_limited"]);
});

Deno.test("a listener that throws fails no call and no other listener", () => {
  const { tracker, told, log } = setUp();
  const fail = () => {
    throw new Error("defect");
  };
  const broken: AttemptListener = { settled: fail, refused: fail, unsent: fail };
  tracker.events.add(broken);
  send(tracker);
  reserve(tracker).release("ECONNREFUSED");
  send(tracker, ok(1));
  tracker.reserve(plan());
  assertEquals(told, ["acme ok", "acme unsent", "acme ok", "acme workspace_rate_limited"]);
  assertEquals(log, ["listener_failed", "listener_failed", "listener_failed", "listener_failed"]);
});
