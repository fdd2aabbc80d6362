import OpenAI from "openai";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { bench, failed, ok, plan, send } from "../api/fixture.ts";
import { HELLO, withUpstream } from "../integration/room.ts";
import { refuse } from "../support/upstream_replies.ts";
import { CoolDowns } from "../../server/tracker/provider/cool_downs.ts";
import { bothWays } from "./provider_room.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Headers of a 429, how long calls are held back, and how long the status is shown. */
const waits: [string, Record<string, string>, number, number][] = [
  ["seconds", { "retry-after": "20" }, 20_000, 20_000],
  ["part of a second", { "retry-after": "0.25" }, 250, 1000],
  ["milliseconds before seconds", { "retry-after-ms": "1500", "retry-after": "20" }, 1500, 1500],
  ["a date", { "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" }, 30_000, 30_000],
  ["a date that is past", { "retry-after": "Sat, 21 Nov 2026 09:00:00 GMT" }, 0, 1000],
  ["nothing", { "retry-after": "0" }, 0, 1000],
  ["1e9 seconds: a day is shown, five minutes are held", { "retry-after": "1000000000" }, 5 * MINUTE, DAY],
  ["the year 9999", { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, 5 * MINUTE, DAY],
  ["1e9 milliseconds", { "retry-after-ms": "1e9" }, 5 * MINUTE, DAY],
];
for (const [name, limit_headers, held_ms, shown_ms] of waits) {
  Deno.test(`FAULT 26: a wait of ${name}`, () => {
    const { tracker, clock } = bench();
    send(tracker, failed(429, "rate_limit_exceeded", { limit_headers }));
    const decision = tracker.reserve(plan());
    assertEquals("refused" in decision ? decision.retry_after_ms : 0, held_ms);
    if ("settle" in decision) decision.release(null);
    clock.advance(held_ms);
    const next = tracker.reserve(plan());
    assert("settle" in next, "it ends by itself");
    next.release(null);
    const until = tracker.status("acme").cause?.until ?? clock.now();
    assertEquals(new Date(until).getTime(), Date.UTC(2026, 10, 21, 10) + shown_ms);
  });
}

bothWays("FAULT 26: during a wait that is too long for the SDK nothing is sent or retried", async (room) => {
  const { upstream, clock, call, state } = room;
  upstream.once(refuse(429, "rate_limit_exceeded", { "retry-after": "120", "x-should-retry": "false" }));
  assertEquals(await call(), { reached: 1, codes: ["rate_limit_exceeded"] });
  assertEquals(await call(30), { reached: 0, codes: Array(30).fill("provider_cooling_down") });
  assertEquals(state(), ["rate_limited", "provider_rate_limit"]);
  const embedding = await room.client.embeddings.create({ model: "text-embedding-3-small", input: "Hello" });
  assertEquals(embedding.data.length, 1, "another model's pool goes on");
  clock.advance(120_000);
  assertEquals(await call(5), { reached: 5, codes: [] });
  assertEquals(state(), ["normal", null]);
});

Deno.test(
  "FAULT 26: the SDK itself waits for a short time: the refused call is sent after it, and none fails",
  withUpstream(async ({ clients, upstream }) => {
    for (const { client } of clients({ maxRetries: 2 })) {
      const before = upstream.entries.length;
      upstream.once(refuse(429, "rate_limit_exceeded", { "retry-after-ms": "60" }));
      const first = await assertRejects(
        () => client.chat.completions.create(HELLO, { maxRetries: 0 }),
        OpenAI.RateLimitError,
      );
      assertEquals(first.code, "rate_limit_exceeded");
      const answer = await client.chat.completions.create(HELLO);
      assertEquals([answer.usage?.total_tokens, upstream.entries.length - before], [20, 2]);
    }
  }),
);

Deno.test("FAULT 27: a 429 without Retry-After: the back-off doubles, half of it is random, and a success ends it", () => {
  const { tracker, clock } = bench();
  for (const most_ms of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
    send(tracker, failed(429, null));
    const refused = tracker.reserve(plan());
    const wait = "refused" in refused ? refused.retry_after_ms! : 0;
    assert(wait >= most_ms / 2 && wait <= most_ms, `${wait} is not within ${most_ms / 2} and ${most_ms}`);
    clock.advance(wait);
  }
  send(tracker, ok());
  assertEquals(tracker.status("acme").status, "normal");
  send(tracker, failed(429, null));
  const refused = tracker.reserve(plan());
  assert("refused" in refused && refused.retry_after_ms! <= 1000);
});

Deno.test("FAULT 27: callers who back off do not return at the same time", () => {
  let seed = 7;
  const random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
  const waits = Array.from({ length: 200 }, () => {
    const coolDowns = new CoolDowns(random);
    coolDowns.begin({ pool: "p", message: "", wait_ms: null, sent_at_ms: 0, now_ms: 0 });
    return coolDowns.of("p", 0)!.obeyed_until_ms;
  });
  // The retries are spread over ten slots of 50 ms between half a second and a second.
  const slots = Array.from(
    { length: 10 },
    (_, slot) => waits.filter((wait) => wait >= 500 + slot * 50 && wait < 550 + slot * 50).length,
  );
  assert(slots.every((count) => count >= 8 && count <= 40), slots.join());
});

Deno.test("FAULT 27: many calls that are refused at the same time back off like one call", () => {
  const { tracker } = bench({
    limits: { requests_per_minute: 1000, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null },
  });
  const crowd = Array.from({ length: 200 }, () => {
    const decision = tracker.reserve(plan());
    assert("settle" in decision);
    return decision;
  });
  for (const permit of crowd) permit.settle(failed(429, null));
  const refused = tracker.reserve(plan());
  assert("refused" in refused && refused.retry_after_ms! <= 1000, JSON.stringify(refused));
});
