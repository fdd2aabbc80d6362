/** What providers say of their limits, in their headers and their errors, through the service. */
import { clientFactory } from "../../server/client/client_factory.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { run } from "../api/running.ts";
import { assertEquals } from "../support/assert.ts";
import { HELLO } from "../integration/room.ts";
import { withHeaders } from "../support/upstream_replies.ts";
import { type Exchange, startUpstream } from "../support/upstream.ts";
import { bothWays } from "./provider_room.ts";

const SECOND = 1000;
const json = (body: unknown, status = 429) => (exchange: Exchange) => exchange.json(body as object, status);
const text = (body: string, type: string) => (exchange: Exchange) => exchange.raw(body, 429, { "content-type": type });

const LONG =
  "Rate limit reached for gpt-4o in organization org-1234567890 on tokens per min (TPM): Limit 30000, Used " +
  "29000, Requested 2000. The tokens of your requests exceed what your organization may use. Please try again in 2s. " +
  "Visit https://platform.openai.com/account/rate-limits to learn more.";

const TOLD: [string, (exchange: Exchange) => void, number][] = [
  ["OpenAI's words", json({ error: { message: LONG, type: "tokens", code: "rate_limit_exceeded" } }), 2 * SECOND],
  [
    "Azure's words",
    json({ error: { code: "429", message: "Rate limit is exceeded. Try again in 42 seconds." } }),
    42 * SECOND,
  ],
  [
    "Gemini's RetryInfo",
    json([{ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Quota", details: [{ retryDelay: "34s" }] } }]),
    34 * SECOND,
  ],
  ["a member of its own", json({ message: "Slow down", retry_after: 7 }), 7 * SECOND],
  ["plain text", text("Too many requests. Retry after 11 seconds.", "text/plain"), 11 * SECOND],
  ["an HTML page", text("<h1>429</h1><p>Please wait 12 seconds</p>", "text/html"), 12 * SECOND],
  [
    "x-ms-retry-after-ms",
    (exchange) => exchange.json({ error: { message: "Busy" } }, 429, { "x-ms-retry-after-ms": "1500" }),
    1500,
  ],
  [
    "a header before the body",
    (exchange) => exchange.json({ error: { message: "Try again in 50s" } }, 429, { "retry-after": "5" }),
    5 * SECOND,
  ],
  [
    "the body, where the header cannot be read",
    (exchange) => exchange.json({ error: { message: "Try again in 50s" } }, 429, { "retry-after": "soon" }),
    50 * SECOND,
  ],
  [
    "a Go duration in retry-after",
    (exchange) => exchange.json({ error: { message: "Slow down" } }, 429, { "retry-after": "1m30s" }),
    90 * SECOND,
  ],
];
for (const [name, reply, held_ms] of TOLD) {
  bothWays(`FAULT 26: a wait told by ${name} is obeyed`, async ({ upstream, clock, client, call }) => {
    upstream.once(reply);
    await client.chat.completions.create(HELLO, { maxRetries: 0 }).catch(() => {});
    clock.advance(held_ms - 1);
    assertEquals((await call()).codes, ["provider_cooling_down"]);
    clock.advance(1);
    assertEquals(await call(), { reached: 1, codes: [] });
  });
}

bothWays("FAULT 26: a wait told inside a stream is obeyed", async ({ upstream, clock, client, call }) => {
  upstream.once(async (exchange) => {
    exchange.startStream();
    await exchange.event({ error: { code: "rate_limit_exceeded", message: "Please try again in 1m30s" } });
    exchange.end();
  });
  const stream = await client.chat.completions.create({ ...HELLO, stream: true });
  await Array.fromAsync(stream).catch(() => {});
  assertEquals((await call()).codes, ["provider_cooling_down"]);
  clock.advance(90 * SECOND);
  assertEquals(await call(), { reached: 1, codes: [] });
});

bothWays("resets are read as durations, seconds, instants and dates", async ({ upstream, clock, client, tracker }) => {
  const resets = (now: number): Record<string, number | null> => ({
    "1m30.5s": 90_500,
    "6ms": 6,
    "45": 45 * SECOND,
    [String(Math.floor(now / 1000) + 30)]: 30 * SECOND,
    [String(now + 30 * SECOND)]: 30 * SECOND,
    [new Date(now + 30 * SECOND).toISOString()]: 30 * SECOND,
    [new Date(now + 30 * SECOND).toUTCString()]: 30 * SECOND,
    "tomorrow": null,
  });
  for (const [reset, ms] of Object.entries(resets(clock.now()))) {
    upstream.once(withHeaders({
      "x-ratelimit-limit-requests": "500",
      "x-ratelimit-remaining-requests": "400",
      "x-ratelimit-reset-requests": reset,
    }));
    await client.chat.completions.create(HELLO);
    const { resets_at, remaining } = tracker.status("acme").provider[0].requests!;
    assertEquals([resets_at && Date.parse(resets_at) - clock.now(), remaining], [ms, 400], reset);
  }
});

bothWays("Anthropic's headers are read", async ({ upstream, clock, client, tracker }) => {
  upstream.once(withHeaders({
    "anthropic-ratelimit-requests-limit": "1000",
    "anthropic-ratelimit-requests-remaining": "20",
    "anthropic-ratelimit-requests-reset": new Date(clock.now() + 58_800).toISOString(),
    "anthropic-ratelimit-tokens-limit": "90000",
    "anthropic-ratelimit-tokens-remaining": "80000",
    "anthropic-ratelimit-tokens-reset": new Date(clock.now() + 6000).toISOString(),
  }));
  await client.chat.completions.create(HELLO);
  const { provider: [{ requests, tokens }], cause } = tracker.status("acme");
  assertEquals([requests?.remaining, tokens?.remaining], [20, 80_000]);
  assertEquals([cause?.code, cause?.pool], ["provider_requests", "gpt-5.4"]);
});

Deno.test("FAULT 26: a wait in the body and the limits of any vendor reach the service from another process", async () => {
  const upstream = await startUpstream();
  const { service, clock } = await run();
  const recorder = new HttpRecorder({ service_url: service.url, patience_ms: 10_000 });
  const client = clientFactory(recorder)("acme", { apiKey: "sk-caller", baseURL: upstream.url, maxRetries: 0 });
  const call = async () => {
    const code = await client.chat.completions.create(HELLO).then(() => null, (error) => error.code);
    await recorder.flush();
    return code;
  };
  try {
    upstream.once(withHeaders({
      "anthropic-ratelimit-requests-limit": "1000",
      "anthropic-ratelimit-requests-remaining": "700",
      "anthropic-ratelimit-requests-reset": new Date(clock.now() + 18 * SECOND).toISOString(),
    }));
    assertEquals(await call(), null);
    assertEquals(service.tracker.status("acme").provider[0].requests?.remaining, 700);
    upstream.once(json({ error: { code: "rate_limit_exceeded", message: LONG } }));
    assertEquals(await call(), "rate_limit_exceeded");
    assertEquals(await call(), "provider_cooling_down");
    clock.advance(2 * SECOND);
    assertEquals(await call(), null);
  } finally {
    await upstream.close();
    await service.stop(0);
  }
});
