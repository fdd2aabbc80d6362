import { assertEquals } from "../support/assert.ts";
import { refuse } from "../support/upstream_replies.ts";
import { HELLO, withUpstream } from "./room.ts";

Deno.test(
  "FAULT 18: a call and its retries are one call of N attempts, whose tokens count once",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    for (const { client } of clients({ maxRetries: 2 })) {
      upstream.once(refuse(500, null, { "retry-after-ms": "1" }));
      upstream.once(refuse(429, "slow_down", { "retry-after-ms": "1" }));
      await client.chat.completions.create(HELLO);
      await client.chat.completions.create(HELLO);
    }
    const all = await rows();
    const told = all.map(({ retry, outcome, http_status, error_code, usage }) => [
      retry,
      outcome,
      http_status,
      error_code,
      usage.total_tokens,
    ]);
    const both = [
      [0, "failed", 500, "requests", 0],
      [1, "failed", 429, "slow_down", 0],
      [2, "ok", 200, null, 20],
      [0, "ok", 200, null, 20],
    ];
    assertEquals(told, [...both, ...both]);
    const calls = all.map(({ call_id }) => call_id);
    assertEquals(calls.map((id) => calls.indexOf(id)), [0, 0, 0, 3, 4, 4, 4, 7]);
    const { usage } = service.tracker.status("acme");
    assertEquals([usage.calls, usage.attempts, usage.failed, usage.total_tokens], [4, 8, 4, 80]);
  }),
);

Deno.test(
  "a row has its attempt's model, tier, app, stream, status, latency and first byte",
  withUpstream(async ({ tracked, plain, upstream, rows }) => {
    const app = { app: "nightly" } as object;
    const clients = [tracked(app), plain({ defaultHeaders: { "x-quota-app": "nightly" } })];
    for (const client of clients) {
      const usage = { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 2 } };
      upstream.once((exchange) =>
        exchange.json({ model: "gpt-5.4-2026", service_tier: "flex", choices: [], usage }, 200, {})
      );
      await client.chat.completions.create(HELLO);
    }
    for (const row of await rows()) {
      const { model, service_tier, app, stream, http_status, usage, usage_source, latency_ms, first_byte_ms } = row;
      assertEquals([model, service_tier, app, stream, http_status, usage_source], [
        "gpt-5.4-2026",
        "flex",
        "nightly",
        false,
        200,
        "counted",
      ]);
      assertEquals([usage.cached_input_tokens, usage.total_tokens], [2, 10]);
      assertEquals([latency_ms >= first_byte_ms!, first_byte_ms! >= 0], [true, true]);
    }
  }),
);

Deno.test(
  "a row has its run, the provider's id of the exchange, and the parts that have prices of their own",
  withUpstream(async ({ tracked, plain, upstream, rows }) => {
    const run = { run: "nightly 2026/11" } as object;
    for (const client of [tracked(run), plain({ defaultHeaders: { "x-quota-run": "nightly 2026/11" } })]) {
      const prompt_tokens_details = { cached_tokens: 2, audio_tokens: 4 };
      const usage = { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details };
      upstream.once((exchange) => exchange.json({ choices: [], usage }, 200, { "x-request-id": "req_one" }));
      await client.chat.completions.create(HELLO);
      await client.chat.completions.create(HELLO);
    }
    for (const sent of upstream.entries) assertEquals(Object.keys(sent.headers).includes("x-quota-run"), false);
    const told = (await rows()).map(({ run, request_id, usage_parts }) => [run, request_id, usage_parts ?? null]);
    const one = ["nightly 2026/11", "req_one", { input_audio_tokens: 4 }];
    const other = ["nightly 2026/11", "req_mock", null];
    assertEquals(told, [one, other, one, other]);
  }),
);
