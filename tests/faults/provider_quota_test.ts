import { RateLimitError } from "openai";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { bench, failed, LIMITS, ok, plan, reserve } from "../api/fixture.ts";
import { defaultReply, refuse } from "../support/upstream_replies.ts";
import { HELLO } from "../integration/room.ts";
import { bothWays } from "./provider_room.ts";

const many = (code: string, times: number) => Array(times).fill(code);

bothWays(
  "FAULT 28: insufficient_quota: one request per call, then one probe at a time; the next 200 ends it",
  async ({ clock, upstream, call, state }) => {
    upstream.reply(refuse(429, "insufficient_quota"));
    // The SDK would send each call three times. The second call confirms the error of the first.
    assertEquals(await call(), { reached: 1, codes: ["insufficient_quota"] });
    assertEquals(await call(), { reached: 1, codes: ["insufficient_quota"] });
    assertEquals(state(), ["quota_exceeded", "insufficient_quota"]);
    assertEquals(await call(50), { reached: 0, codes: many("provider_quota_exceeded", 50) });
    for (const gap_s of [1, 2, 4]) {
      clock.advance(gap_s * 1000 - 1);
      assertEquals((await call(5)).reached, 0, `${gap_s} s are not over`);
      clock.advance(1);
      const { reached, codes } = await call(20);
      assertEquals([reached, codes.filter((code) => code === "insufficient_quota").length], [1, 1]);
    }
    upstream.reply(defaultReply);
    assertEquals((await call(5)).reached, 0);
    clock.advance(8000);
    // The probe succeeds, and its response permits the other calls.
    assertEquals(await call(), { reached: 1, codes: [] });
    assertEquals(state(), ["normal", null]);
    assertEquals(await call(20), { reached: 20, codes: [] });
  },
);

bothWays(
  "FAULT 28: the refusal names the reason, the remedy, and the time of the next probe",
  async ({ client, ...room }) => {
    room.upstream.reply(refuse(429, "insufficient_quota"));
    for (let call = 0; call < 2; call++) await room.call();
    const error = await assertRejects(() => client.chat.completions.create(HELLO), RateLimitError);
    assertEquals([error.status, error.code], [429, "provider_quota_exceeded"]);
    assertEquals([error.headers.get("retry-after"), error.headers.get("x-should-retry")], ["1", "false"]);
    assertStringIncludes(error.message, 'Cannot send a call for workspace "acme"');
    assertStringIncludes(error.message, "The account's owner can add credit");
    assertStringIncludes(error.message, "the next in 1 s");
  },
);

const told: [number, string, string | null][] = [
  [429, "insufficient_quota", "insufficient_quota"],
  [429, "429", "insufficient_quota"],
  [402, "credit_balance_exhausted", null],
  [403, "project_spend_limit_exceeded", null],
  [429, "organization_usage_limit_exceeded", null],
  [400, "billing_hard_limit_reached", null],
  [500, "insufficient_quota", null],
];
bothWays(
  "FAULT 28: an error code that means no quota is not retried, whatever its status",
  async ({ upstream, ...room }) => {
    for (const [status, code, type] of told) {
      upstream.reply((exchange) => exchange.json({ error: { message: "No quota", code, type } }, status));
      assertEquals((await room.call()).reached, 1, `${status} ${code}`);
      assertEquals(room.state(), ["quota_exceeded", "insufficient_quota"], `${status} ${code}`);
      room.tracker.reset("acme", "status");
    }
  },
);

bothWays(
  "FAULT 28: an error of no quota inside a stream with status 200 is recognised",
  async ({ upstream, client, state }) => {
    upstream.reply(async (exchange) => {
      exchange.startStream();
      const error = { code: "insufficient_quota", message: "You exceeded your current quota" };
      await exchange.event({ type: "response.failed", response: { status: "failed", error } });
      exchange.end();
    });
    for await (const _ of await client.responses.create({ model: "gpt-5.4", input: "Hello", stream: true })) {
      /* read */
    }
    assertEquals([upstream.entries.length, state()], [1, ["quota_exceeded", "insufficient_quota"]]);
  },
);

bothWays(
  "FAULT 28: a probe that is a long stream ends the latch two seconds after its first byte",
  async ({ upstream, client, clock, tracker, call, state }) => {
    upstream.reply(refuse(429, "insufficient_quota"));
    for (let first = 0; first < 2; first++) await call();
    clock.advance(1000);
    const asked = upstream.take();
    const stream = client.responses.create({ model: "gpt-5.4", input: "Hello", stream: true });
    const exchange = await asked;
    exchange.startStream();
    await exchange.event({ type: "response.created", response: {} });
    await stream;
    assertEquals(state(), ["quota_exceeded", "insufficient_quota"]);
    assertEquals((await call()).reached, 0, "an error would be among its first events");
    const { cause } = tracker.status("acme");
    assertEquals(Date.parse(cause!.until!) - clock.now(), 2000);
    clock.advance(2000);
    assertEquals(state(), ["normal", null]);
    upstream.reply(defaultReply);
    assertEquals(await call(5), { reached: 5, codes: [] });
    const error = { code: "insufficient_quota", message: "You exceeded your current quota" };
    await exchange.event({ type: "response.failed", response: { status: "failed", error } });
    exchange.end();
    for await (const _ of await stream) { /* read */ }
    assertEquals(state(), ["quota_exceeded", "insufficient_quota"]);
  },
);

Deno.test("FAULT 28: an hour without quota and ten calls a second sends 66 requests; then one 200 ends it", () => {
  const { tracker, clock } = bench({
    limits: { ...LIMITS, requests_per_minute: 1e6, requests_per_day: null, tokens_per_minute: null },
  });
  let sent = 0;
  const call = (result = failed(429, "insufficient_quota")) => {
    const decision = tracker.reserve(plan());
    if (!("settle" in decision)) return decision;
    sent++;
    decision.settle(result);
  };
  for (let tenth = 0; tenth < 36_000; tenth++, clock.advance(100)) call();
  assertEquals(sent, 66);
  clock.advance(60_000);
  call(ok());
  assertEquals(tracker.status("acme").status, "normal");
  assertEquals(call(ok()), undefined);
});

Deno.test("FAULT 28: a probe that hangs, or is not sent, does not block calls permanently", () => {
  const { tracker, clock } = bench();
  reserve(tracker).settle(failed(429, "insufficient_quota"));
  reserve(tracker).release("connection refused");
  const hanging = reserve(tracker);
  assert("refused" in tracker.reserve(plan()));
  clock.advance(60_000);
  const next = reserve(tracker);
  hanging.settle(failed(500, null));
  assert("refused" in tracker.reserve(plan()));
  next.settle(ok());
  reserve(tracker);
});
