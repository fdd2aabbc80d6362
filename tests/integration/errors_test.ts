import OpenAI, { APIConnectionError, BadRequestError, InternalServerError, RateLimitError } from "openai";
import { assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { refuse } from "../support/upstream_replies.ts";
import { HELLO, withUpstream } from "./room.ts";

/** Asks the SDK to retry after one millisecond. */
const SOON = { "retry-after-ms": "1" };

Deno.test(
  "FAULT 18: three tries of the SDK are three attempts of one call, whose tokens count once",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    for (const { client } of clients({ maxRetries: 2 })) {
      upstream.once(refuse(500, null, SOON));
      upstream.once(refuse(429, "rate_limit_exceeded", SOON));
      await client.chat.completions.create(HELLO);
    }
    const three: unknown[] = [[0, "failed", 500, 0], [1, "failed", 429, 0], [2, "ok", 200, 20]];
    const counted: unknown[] = (await rows()).map((
      row,
    ) => [row.retry, row.outcome, row.http_status, row.usage.total_tokens]);
    assertEquals(counted, [...three, ...three]);
    const { usage } = service.tracker.status("acme");
    assertEquals([usage.calls, usage.attempts, usage.failed, usage.total_tokens], [2, 6, 4, 40]);
    assertEquals(upstream.entries.map(({ status }) => status), [500, 429, 200, 500, 429, 200]);
  }),
);

Deno.test(
  "retries of an in-process call share its id; two calls have different ids",
  withUpstream(async ({ tracked, upstream, rows }) => {
    upstream.once(refuse(500, null, SOON));
    await tracked({ maxRetries: 1 }).chat.completions.create(HELLO);
    await tracked().chat.completions.create(HELLO);
    const [first, retry, other] = (await rows()).map((row) => row.call_id);
    assertEquals(first, retry);
    assertEquals(new Set([first, other]).size, 2);
  }),
);

Deno.test(
  "an error reaches the caller unchanged, and the ledger records its code",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      upstream.once(refuse(429, "insufficient_quota", { "x-ratelimit-limit-requests": "500" }));
      const refused = await assertRejects(() => client.chat.completions.create(HELLO), RateLimitError);
      assertEquals([refused.code, refused.requestID], ["insufficient_quota", "req_mock"]);
      assertEquals(refused.headers?.get("x-ratelimit-limit-requests"), "500");
      upstream.once(refuse(400, "context_length_exceeded"));
      await assertRejects(() => client.chat.completions.create(HELLO), BadRequestError, "context_length_exceeded");
      upstream.once((exchange) => exchange.raw("<h1>Bad gateway</h1>", 502, { "content-type": "text/html" }));
      await assertRejects(() => client.chat.completions.create(HELLO), InternalServerError, "Bad gateway");
    }
    const three = [[429, "insufficient_quota"], [400, "context_length_exceeded"], [502, null]];
    const told = (await rows()).map(({ outcome, usage_source, http_status, error_code }) => [
      outcome,
      usage_source,
      [http_status, error_code],
    ]);
    assertEquals(told, [...three, ...three].map((error) => ["failed", "none", error]));
    // Enforcement would refuse the calls after the one without quota, so they would not reach the upstream.
  }, { mode: "observe" }),
);

Deno.test(
  "an error inside a stream is a failure, with the usage reported before it",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      upstream.once(async (exchange) => {
        exchange.startStream();
        await exchange.event({ choices: [{ index: 0, delta: { content: "Some text" } }] });
        await exchange.event({ error: { message: "Overloaded", type: "server_error", code: "server_is_overloaded" } });
        exchange.end();
      });
      await assertRejects(async () => {
        for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
      }, OpenAI.APIError);
    }
    for (const row of await rows()) {
      assertEquals([row.outcome, row.error_code, row.usage_source], ["failed", "server_is_overloaded", "estimated"]);
    }
  }),
);

Deno.test(
  "if the upstream is down, the caller gets an error and nothing is counted",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    await upstream.close();
    const [client, gateway] = clients().map(({ client }) => client.chat.completions);
    await assertRejects(() => client.create(HELLO), APIConnectionError);
    const error = await assertRejects(
      () => gateway.create(HELLO),
      InternalServerError,
      "Cannot reach the upstream 127.0.0.1:",
    );
    assertEquals([error.status, error.code], [502, "upstream_unreachable"]);
    assertEquals(await rows(), []);
    const { stats, usage } = service.tracker.status("acme");
    assertEquals([stats.requests_per_minute?.current, stats.requests_per_minute?.reserved, usage.attempts], [0, 0, 0]);
  }),
);

Deno.test(
  "an upstream that disconnects without a response: the attempt counts with unknown usage, and is sent once",
  withUpstream(async ({ upstream, rows, plain, tracked }) => {
    for (const client of [tracked(), plain()]) {
      upstream.once((exchange) => exchange.cut());
      await assertRejects(() => client.chat.completions.create(HELLO), OpenAI.APIError);
    }
    assertEquals(upstream.entries.length, 2);
    const told = (await rows()).map((row) => [row.outcome, row.error_code, row.usage_source, row.http_status]);
    assertEquals(told, Array(2).fill(["failed", "connection_lost", "unknown", null]));
    // The same through the gateway, on a reused connection.
    await plain().chat.completions.create(HELLO);
    upstream.once((exchange) => exchange.cut());
    const error = await assertRejects(() => plain().chat.completions.create(HELLO), InternalServerError);
    assertStringIncludes(error.message, "closed the connection without a response");
    // A caller who disconnects before the response, on a reused connection.
    await plain().chat.completions.create(HELLO);
    const taken = upstream.take();
    const abort = new AbortController();
    const answer = plain().chat.completions.create(HELLO, { signal: abort.signal });
    const exchange = await taken;
    abort.abort();
    await assertRejects(() => answer, OpenAI.APIUserAbortError);
    await exchange.ended;
    await plain().chat.completions.create(HELLO);
    assertEquals([upstream.entries.length, (await rows()).length], [7, 7]);
  }),
);
