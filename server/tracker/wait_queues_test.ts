import { bench, LIMITS, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { type AttemptPlan, isRefusal, type Permit, type Refusal } from "../attempts/recorder.ts";
import { MAX_WAITING } from "./wait_queues.ts";

const WAIT = { max_wait_ms: 300_000 };
type Decision = Permit | Refusal;

/** A tracker that ticks, and attempts that wait; decisions are recorded in order. */
function queue(options: Parameters<typeof bench>[0] = {}) {
  const life = bench({ limits: { ...LIMITS, requests_per_minute: 2 }, ...options });
  const { tracker, clock } = life;
  clock.every(1000, () => tracker.tick());
  const told: string[] = [];
  const wait = (name: string, over: Partial<AttemptPlan> = {}, how = {}) =>
    Promise.resolve(tracker.reserve(plan(over), { ...WAIT, ...how })).then((decision) => {
      told.push(isRefusal(decision) ? `${name} ${decision.refused}` : name);
      return decision;
    });
  /** Advances time, runs promise callbacks, and returns the new decisions. */
  const after = async (ms: number) => {
    clock.advance(ms);
    await turn();
    return told.splice(0);
  };
  return { ...life, wait, after };
}
const turn = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));

Deno.test("when the window opens, waiting attempts are permitted in order of arrival, never over the limit", async () => {
  const { tracker, wait, after } = queue();
  send(tracker);
  send(tracker);
  for (const name of ["a", "b", "c"]) wait(name);
  assertEquals(tracker.waiting, 3);
  assertEquals(await after(60_000), []);
  assertEquals(await after(1000), ["a", "b"]);
  assertEquals(await after(60_000), []);
  assertEquals(await after(1000), ["c"]);
  assertEquals([tracker.waiting, tracker.status("acme").stats.requests_per_minute!.reserved], [0, 1]);
});

Deno.test("a released reservation goes immediately to the first in the queue", async () => {
  const { tracker, wait, after } = queue();
  const held = [reserve(tracker), reserve(tracker)];
  wait("a");
  wait("b");
  held[0].release(null);
  assertEquals(await after(0), ["a"]);
  held[1].settle(ok(1));
  assertEquals(await after(0), []);
});

Deno.test("an attempt that does not wait never overtakes those that do", async () => {
  const { tracker, clock, wait, after } = queue();
  send(tracker);
  clock.advance(500);
  send(tracker);
  wait("a");
  wait("b");
  // Both windows open between two ticks.
  clock.advance(60_499);
  const late = tracker.reserve(plan());
  assert(isRefusal(late), "it overtook");
  assertEquals(await after(1), ["a", "b"]);
});

Deno.test("a small attempt does not overtake a large one that waits for tokens", async () => {
  const { tracker, wait, after } = queue({ limits: { ...LIMITS, tokens_per_minute: 1000 } });
  const first = reserve(tracker, { tokens: 900 });
  wait("large", { tokens: 500 });
  wait("small", { tokens: 50 });
  assertEquals(await after(1000), []);
  first.settle(ok(300));
  assertEquals(await after(0), ["large", "small"]);
});

Deno.test("a caller that aborts leaves the queue, and gets its own reason", async () => {
  const { tracker, wait, after } = queue();
  send(tracker);
  send(tracker);
  const caller = new AbortController();
  const left = wait("a", {}, { signal: caller.signal });
  wait("b");
  caller.abort(new Error("the caller left"));
  await assertRejects(() => left, Error, "the caller left");
  assertEquals(tracker.waiting, 1);
  assertEquals(await after(61_000), ["b"]);
  assertEquals(tracker.status("acme").stats.requests_per_minute!.reserved, 1);
  caller.abort();
  const gone = new AbortController();
  gone.abort(new Error("left before"));
  wait("c");
  await after(0);
  await assertRejects(() => wait("d", {}, { signal: gone.signal }), Error, "left before");
});

Deno.test("when a wait times out, the refusal describes the limits at that time", async () => {
  const { tracker, wait, after } = queue();
  send(tracker);
  send(tracker);
  const waiting = wait("a", {}, { max_wait_ms: 30_000 });
  assertEquals(await after(29_000), []);
  assertEquals(await after(1000), ["a workspace_rate_limited"]);
  const decision: Decision = await waiting;
  assert(isRefusal(decision) && decision.retry_after_ms === 31_000);
  assertEquals(tracker.waiting, 0);
});

Deno.test("no attempt waits longer than ten minutes", async () => {
  const { tracker, wait, after } = queue({ limits: { ...LIMITS, requests_per_minute: 1, requests_per_day: null } });
  const held = reserve(tracker, { tokens: 1 });
  wait("a", {}, { max_wait_ms: Number.MAX_SAFE_INTEGER });
  // The minute is always full again: other attempts arrive and do not wait.
  for (let second = 0; second < 600; second++) {
    if (second === 60) held.release(null);
    await after(1000);
  }
  assertEquals(tracker.waiting, 0);
});

Deno.test("an attempt does not wait for a full day", async () => {
  const { tracker, wait, after } = queue({ limits: { ...LIMITS, requests_per_day: 1 } });
  send(tracker);
  wait("a");
  assertEquals(await after(0), ["a workspace_quota_exceeded"]);
  assertEquals(tracker.waiting, 0);
});

Deno.test("a day that fills up refuses the attempts that wait", async () => {
  const limits = { ...LIMITS, requests_per_minute: 1, requests_per_day: 2 };
  const { tracker, wait, after } = queue({ limits });
  send(tracker);
  wait("a");
  wait("b");
  assertEquals(await after(61_000), ["a", "b workspace_quota_exceeded"]);
});

Deno.test("a queue is bounded: one more attempt is refused", async () => {
  const { tracker, wait, after } = queue();
  send(tracker);
  send(tracker);
  for (let name = 0; name < MAX_WAITING; name++) wait(`${name}`);
  wait("one more");
  assertEquals(await after(0), ["one more workspace_rate_limited"]);
  assertEquals(tracker.waiting, MAX_WAITING);
});

Deno.test("each workspace has its own queue", async () => {
  const { tracker, wait, after } = queue();
  send(tracker);
  send(tracker);
  wait("a");
  wait("other", { workspace_id: "beta" });
  assertEquals(await after(0), ["other"]);
});

Deno.test("an attempt that waits for one model's limit does not hold up another model", async () => {
  const { tracker, wait, after } = queue({ limits: LIMITS });
  tracker.setLimits({ default: { models: { "gpt-5.4": { requests_per_minute: 1 } } } });
  send(tracker);
  wait("a");
  wait("b");
  wait("other", { model: "o5" });
  assertEquals(await after(0), ["other"]);
  assertEquals(await after(61_000), ["a"]);
});

Deno.test("a small attempt does not overtake a large one that waits for the same model's tokens", async () => {
  const { tracker, wait, after } = queue({ limits: { ...LIMITS, requests_per_minute: 100 } });
  tracker.setLimits({ workspaces: { acme: { models: { a: { tokens_per_minute: 1000 } } } } });
  const [first, second] = [600, 300].map((tokens) => reserve(tracker, { model: "a", tokens }));
  wait("large", { model: "a", tokens: 500 });
  wait("small", { model: "a", tokens: 300 });
  second.release(null);
  assertEquals(await after(0), []);
  first.release(null);
  assertEquals(await after(0), ["large", "small"]);
});

Deno.test("a higher limit or a reset permits waiting attempts", async () => {
  const { tracker, wait, after } = queue();
  send(tracker);
  send(tracker);
  wait("a");
  wait("b");
  tracker.setLimits({ workspaces: { acme: { requests_per_minute: 3 } } });
  assertEquals(await after(0), ["a"]);
  tracker.reset("acme", "minute");
  assertEquals(await after(0), ["b"]);
});

Deno.test("a stop of the service ends all waits", async () => {
  const { tracker, wait, after } = queue();
  send(tracker);
  send(tracker);
  wait("a");
  tracker.dismiss();
  wait("b");
  assertEquals(await after(0), ["a workspace_rate_limited", "b workspace_rate_limited"]);
});

Deno.test("a lease that is requested again while the first one waits is still one attempt", async () => {
  const { tracker, clock } = queue();
  send(tracker);
  send(tracker);
  const twice = plan();
  const decisions = [tracker.lease(twice, WAIT), tracker.lease(twice, WAIT)];
  clock.advance(61_000);
  for (const decision of decisions) assert(!isRefusal(await decision));
  assertEquals([tracker.inFlight, tracker.status("acme").stats.requests_per_minute!.reserved], [1, 1]);
  tracker.release(twice.id);
  assertEquals([tracker.inFlight, tracker.status("acme").stats.requests_per_minute!.reserved], [0, 0]);
});
