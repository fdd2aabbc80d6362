import { bench, failed, LIMITS, ok, plan, reserve, send } from "../../../tests/api/fixture.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import type { AttemptPlan } from "../../attempts/recorder.ts";
import type { Tracker } from "../tracker.ts";
import { Credentials } from "./credentials.ts";

const ROOMY = { ...LIMITS, requests_per_minute: 100_000, requests_per_day: null, tokens_per_minute: null };
const roomy = () => bench({ limits: ROOMY });
const [A, B] = ["a".repeat(32), "b".repeat(32)];
const cause = (tracker: Tracker, workspace = "acme") => {
  const { status, cause } = tracker.status(workspace);
  return [status, cause?.code ?? null];
};
const refusal = (tracker: Tracker, over: Partial<AttemptPlan>) => {
  const decision = tracker.reserve(plan(over));
  if ("refused" in decision) return decision.refused;
  decision.release(null);
  return null;
};
const requests = (remaining: number, limit = 500) =>
  ok(1, {
    limit_headers: {
      "x-ratelimit-limit-requests": `${limit}`,
      "x-ratelimit-remaining-requests": `${remaining}`,
      "x-ratelimit-reset-requests": `${(limit - remaining) * 60_000 / limit}ms`,
    },
  });
const noQuota = failed(429, "insufficient_quota");
const tooMany = failed(429, "rate_limit_exceeded", { limit_headers: { "retry-after": "60" } });

Deno.test("FAULT 70: a key without quota stops its own calls; calls with other keys pass", () => {
  const { tracker } = roomy();
  send(tracker, ok(), { credential: B });
  for (let call = 0; call < 2; call++) send(tracker, noQuota, { credential: A });
  assertEquals(refusal(tracker, { credential: A }), "provider_quota_exceeded");
  assertEquals([refusal(tracker, { credential: B }), refusal(tracker, {})], [null, null]);
});

Deno.test("FAULT 70: a cool-down holds back the calls of its key alone", () => {
  const { tracker, clock } = roomy();
  send(tracker, tooMany, { credential: A });
  assertEquals([A, B, null].map((credential) => refusal(tracker, { credential })), [
    "provider_cooling_down",
    null,
    null,
  ]);
  clock.advance(60_000);
  assertEquals(refusal(tracker, { credential: A }), null);
});

Deno.test("FAULT 70: one stopped key among keys that work is a warning, and the workspace stays available", () => {
  const { tracker } = roomy();
  for (const credential of [A, B]) send(tracker, ok(), { credential });
  send(tracker, noQuota, { credential: A });
  assertEquals(cause(tracker), ["warning", "insufficient_quota"]);
  assertEquals(tracker.status("acme").cause?.fix, "billing");
  assertStringIncludes(tracker.status("acme").cause!.message, "With 1 of the 2 keys in use: OpenAI refuses calls");
  assert(tracker.availability("acme").available);
  send(tracker, noQuota, { credential: B });
  assertEquals([cause(tracker), tracker.availability("acme").available], [
    ["quota_exceeded", "insufficient_quota"],
    false,
  ]);
  send(tracker, ok(), { credential: B });
  assertEquals(cause(tracker), ["warning", "insufficient_quota"]);
});

Deno.test("a key that was not used for ten minutes decides nothing, unless it is the last one", () => {
  const { tracker, clock } = roomy();
  send(tracker, noQuota, { credential: A });
  clock.advance(5 * 60_000);
  send(tracker, ok(), { credential: B });
  assertEquals(cause(tracker), ["warning", "insufficient_quota"]);
  clock.advance(5 * 60_000);
  assertEquals(cause(tracker), ["normal", null]);
  clock.advance(3_600_000);
  assertEquals(cause(tracker), ["normal", null]);
});

Deno.test("keys that the provider does not accept neither count as working nor take memory", () => {
  const { tracker } = roomy();
  send(tracker, requests(400), { credential: A });
  send(tracker, noQuota, { credential: A });
  for (let key = 0; key < 50; key++) {
    send(tracker, failed(401, "invalid_api_key"), { credential: `${key}`.padStart(32, "0") });
  }
  assertEquals(cause(tracker), ["quota_exceeded", "insufficient_quota"]);
  assertEquals(tracker.status("acme").provider.length, 1);
});

Deno.test("a pool that is empty with one key and not with another is a warning for the workspace", () => {
  const { tracker } = roomy();
  send(tracker, requests(400), { credential: A });
  send(tracker, requests(0), { credential: B });
  const { status, cause, provider } = tracker.status("acme");
  assertEquals([status, cause?.code, cause?.pool], ["warning", "provider_requests", "gpt-5.4"]);
  assertEquals(provider.map(({ pool, requests }) => [pool, requests?.remaining]), [["gpt-5.4", 0]]);
  send(tracker, requests(0), { credential: A });
  assertEquals(tracker.status("acme").status, "rate_limited");
});

Deno.test("use elsewhere is beyond what every workspace sent with the key; admins see it by workspace", () => {
  const { tracker, clock } = roomy();
  let used = 0;
  const call = (workspace_id: string, credential = A) =>
    send(tracker, requests(500 - ++used), { workspace_id, credential });
  call("acme");
  for (let round = 0; round < 20; round++) call("blue"), call("acme"), call("blue");
  for (const workspace of ["acme", "blue"]) {
    const [pool] = tracker.status(workspace).provider;
    assertEquals([pool.used_elsewhere, pool.by_workspace], [{ requests: 0, tokens: 0 }, undefined], workspace);
  }
  // Programs that bypass this service.
  used += 30;
  call("acme");
  assertEquals(tracker.status("blue").provider[0].used_elsewhere, { requests: 30, tokens: 0 });
  assertEquals(tracker.status("blue", true).provider[0].by_workspace, [
    { workspace_id: "blue", requests: 40, tokens: 0 },
    { workspace_id: "acme", requests: 21, tokens: 0 },
  ]);
  clock.advance(60_000);
  assertEquals(tracker.status("blue", true).provider[0].by_workspace?.map(({ requests }) => requests), [0, 0]);
});

Deno.test("a key of another account does not count as use of this one", () => {
  const { tracker } = roomy();
  let used = 0;
  const call = () => send(tracker, requests(500 - ++used), { credential: A });
  for (let each = 0; each < 10; each++) call();
  for (let each = 0; each < 100; each++) send(tracker, requests(499), { credential: B });
  used += 20;
  call();
  assertEquals(tracker.status("acme").provider[0].used_elsewhere, { requests: 20, tokens: 0 });
});

Deno.test("calls in flight in another workspace are not use elsewhere", () => {
  const { tracker } = roomy();
  send(tracker, requests(499), { credential: A });
  const inFlight = Array.from({ length: 30 }, () => reserve(tracker, { workspace_id: "blue", credential: A }));
  send(tracker, requests(468), { credential: A });
  assertEquals(tracker.status("acme").provider[0].used_elsewhere, { requests: 0, tokens: 0 });
  for (const permit of inFlight) permit.release(null);
});

Deno.test("a workspace is told of the pools that it uses, and not of others with the same key", () => {
  const { tracker } = roomy();
  send(tracker, requests(499), { credential: A });
  send(tracker, { ...requests(80, 100), model: "o5" }, { credential: A, model: "o5", workspace_id: "blue" });
  send(tracker, tooMany, { credential: A, model: "o5", workspace_id: "blue" });
  assertEquals(tracker.status("acme").provider.map(({ pool }) => pool), ["gpt-5.4"]);
  assertEquals([cause(tracker), cause(tracker, "blue")], [["normal", null], ["rate_limited", "provider_rate_limit"]]);
  assertEquals(tracker.status("stranger").provider, []);
});

Deno.test("a stop that one workspace meets holds for all with the same key, and changes their statuses", () => {
  const { tracker, clock } = roomy();
  for (const workspace_id of ["acme", "blue"]) send(tracker, ok(), { credential: A, workspace_id });
  send(tracker, ok(), { credential: B, workspace_id: "cyan" });
  clock.advance(100);
  const changed: string[] = [];
  tracker.onChange((workspace_id, body) => changed.push(`${workspace_id} ${body().status}`));
  send(tracker, noQuota, { credential: A });
  clock.advance(100);
  assertEquals(changed, ["acme quota_exceeded", "blue quota_exceeded"]);
  // The first refusal permits one probe; the second begins the waits, for both workspaces.
  send(tracker, noQuota, { credential: A, workspace_id: "blue" });
  assertEquals(refusal(tracker, { credential: A }), "provider_quota_exceeded");
  clock.advance(1000);
  send(tracker, ok(), { credential: A, workspace_id: "blue" });
  clock.advance(100);
  assertEquals([cause(tracker), cause(tracker, "blue"), cause(tracker, "cyan")], Array(3).fill(["normal", null]));
});

Deno.test("a new report reaches the watchers of other workspaces with the key within a second", () => {
  const { tracker, clock } = roomy();
  for (const workspace_id of ["acme", "blue"]) send(tracker, requests(499), { credential: A, workspace_id });
  clock.advance(100);
  const left: unknown[] = [];
  tracker.onChange((id, body) => void (id === "blue" && left.push(body().provider[0].requests?.remaining)), () => true);
  send(tracker, requests(300), { credential: A });
  clock.advance(500);
  tracker.tick();
  clock.advance(100);
  assertEquals(left, [304]);
});

Deno.test("a reset of a workspace's status ends the stops of its keys", () => {
  const { tracker } = roomy();
  for (const credential of [A, B]) send(tracker, tooMany, { credential });
  tracker.reset("acme", "status");
  assertEquals([A, B].map((credential) => refusal(tracker, { credential })), [null, null]);
});

Deno.test("after a restart the use before it is not use elsewhere, and a stop is learned from the next answer", async () => {
  const before = roomy();
  for (let used = 1; used <= 50; used++) send(before.tracker, requests(500 - used), { credential: A });
  await before.tracker.flushed();
  const { tracker } = bench({ limits: ROOMY, ledger: before.ledger, clock: before.clock });
  await tracker.load(await before.ledger.rebuild(0, 0));
  for (const used of [51, 52]) send(tracker, requests(500 - used), { credential: A });
  assertEquals(tracker.status("acme").provider[0].used_elsewhere, { requests: 0, tokens: 0 });
  send(tracker, tooMany, { credential: A });
  assertEquals([A, B].map((credential) => refusal(tracker, { credential })), ["provider_cooling_down", null]);
});

Deno.test("the keys of a workspace are bounded: the one used longest ago is dropped", () => {
  const { tracker } = roomy();
  for (let key = 0; key < 40; key++) {
    send(tracker, { ...requests(400), model: `m-${key}` }, { credential: `${key}`.padStart(32, "0") });
  }
  assertEquals(tracker.status("acme").provider.map(({ pool }) => pool).slice(0, 2), ["m-24", "m-25"]);
  assertEquals(tracker.status("acme").provider.length, 16);
});

Deno.test("a deployment that answers with its model's name: calls in flight are ours, and a success ends its cool-down", () => {
  const { tracker, clock } = roomy();
  const deployment = { credential: A, model: "team-chat" };
  send(tracker, { ...requests(499), model: "gpt-5.4" }, deployment);
  const inFlight = Array.from({ length: 30 }, () => reserve(tracker, deployment));
  send(tracker, { ...requests(468), model: "gpt-5.4" }, deployment);
  assertEquals(tracker.status("acme").provider[0].used_elsewhere, { requests: 0, tokens: 0 });
  for (const permit of inFlight) permit.settle({ ...ok(1), model: "gpt-5.4" });
  for (const most of [1000, 2000]) {
    send(tracker, failed(429, null), deployment);
    const refused = tracker.reserve(plan(deployment));
    assert("refused" in refused && refused.retry_after_ms! <= most);
    clock.advance(most);
  }
  send(tracker, { ...ok(1), model: "gpt-5.4" }, deployment);
  assertEquals([cause(tracker), refusal(tracker, deployment)], [["normal", null], null]);
});

Deno.test("a request that is larger than the whole limit holds back no other one", () => {
  const { tracker } = roomy();
  const error_message = "Request too large for gpt-5.4 on tokens per min (TPM): Limit 30000, Requested 53123.";
  for (let call = 0; call < 5; call++) {
    send(tracker, failed(429, "rate_limit_exceeded", { error_message }), { credential: A });
    // As a client in another process reports it.
    send(tracker, failed(429, "request_too_large"), { credential: A });
  }
  assertEquals([refusal(tracker, { credential: A }), cause(tracker)], [null, ["normal", null]]);
});

Deno.test("the notice of a stopped key among others says that some keys are refused", async () => {
  const { tracker, clock, ledger } = roomy();
  for (const credential of [A, B]) send(tracker, ok(), { credential });
  send(tracker, noQuota, { credential: A });
  clock.advance(100);
  await tracker.flushed();
  const [notice] = await ledger.notices("acme", 1);
  assertEquals([notice.title, notice.code, notice.level], ["Some keys are refused", "insufficient_quota", "warning"]);
});

Deno.test("a key that was idle for a day is dropped when another one comes", () => {
  const { tracker, clock } = roomy();
  for (let call = 0; call < 2; call++) send(tracker, noQuota, { credential: A });
  clock.advance(25 * 3_600_000);
  assertEquals(refusal(tracker, { credential: A }), null, "a probe may be sent");
  clock.advance(25 * 3_600_000);
  send(tracker, ok(), { credential: B });
  assertEquals([tracker.status("acme").status, tracker.status("acme").cause], ["normal", null]);
});

Deno.test("a credential is kept as long as a workspace uses it, and its state is shared", () => {
  const credentials = new Credentials();
  const shared = credentials.join(A, "acme");
  assertEquals([credentials.join(A, "blue") === shared, credentials.find(A) === shared], [true, true]);
  assert(credentials.join(null, "acme") !== credentials.join(null, "blue"), "an unknown one is not shared");
  credentials.leave(shared, "acme");
  assertEquals(credentials.find(A), shared);
  credentials.leave(shared, "blue");
  assertEquals([credentials.find(A), credentials.find(B), credentials.find(null)], [undefined, undefined, undefined]);
});
