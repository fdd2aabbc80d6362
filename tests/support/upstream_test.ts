import OpenAI, { RateLimitError } from "openai";
import { assertEquals, assertRejects } from "./assert.ts";
import { type Exchange, startUpstream, type Upstream } from "./upstream.ts";
import { cutAfter, refuse, withHeaders } from "./upstream_replies.ts";

const HELLO = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hello" }] };

function withUpstream(use: (upstream: Upstream, client: OpenAI) => Promise<void>): () => Promise<void> {
  return async () => {
    const upstream = await startUpstream();
    try {
      await use(upstream, new OpenAI({ baseURL: upstream.url, apiKey: "sk-test", maxRetries: 0 }));
    } finally {
      await upstream.close();
    }
  };
}

Deno.test(
  "the upstream answers the official client like the provider, and keeps a ledger",
  withUpstream(async (upstream, client) => {
    assertEquals((await client.chat.completions.create(HELLO)).usage?.total_tokens, 20);
    assertEquals((await client.responses.create({ model: "gpt-5.4", input: "Hello" })).output_text, "All is well.");
    assertEquals((await client.embeddings.create({ model: "e", input: "Hello" })).usage.total_tokens, 6);
    assertEquals(upstream.entries.map(({ path, status, end }) => [path, status, end]), [
      ["/v1/chat/completions", 200, "complete"],
      ["/v1/responses", 200, "complete"],
      ["/v1/embeddings", 200, "complete"],
    ]);
  }),
);

Deno.test(
  "a stream has usage only when it was requested",
  withUpstream(async (_, client) => {
    for (const include_usage of [false, true]) {
      const stream = await client.chat.completions.create({
        ...HELLO,
        stream: true,
        stream_options: { include_usage },
      });
      const totals = [];
      for await (const chunk of stream) totals.push(chunk.usage?.total_tokens);
      assertEquals(totals.at(-1), include_usage ? 20 : undefined);
    }
  }),
);

Deno.test(
  "a test can answer a request step by step",
  withUpstream(async (upstream, client) => {
    const taken = upstream.take();
    const answer = client.chat.completions.create({ ...HELLO, stream: true });
    const exchange: Exchange = await taken;
    exchange.startStream();
    const chunks = (await answer)[Symbol.asyncIterator]();
    await exchange.event({ choices: [{ index: 0, delta: { content: "One" } }] });
    assertEquals((await chunks.next()).value?.choices[0].delta.content, "One");
    await chunks.return?.();
    await exchange.ended;
    assertEquals(upstream.entries[0].end, "left");
  }),
);

Deno.test(
  "the upstream refuses, adds headers and breaks connections as the test sets",
  withUpstream(async (upstream, client) => {
    upstream.once(refuse(429, "rate_limit_exceeded", { "retry-after": "1" }));
    await assertRejects(() => client.chat.completions.create(HELLO), RateLimitError);
    upstream.once(withHeaders({ "x-ratelimit-remaining-requests": "7" }));
    const { response } = await client.chat.completions.create(HELLO).withResponse();
    assertEquals(response.headers.get("x-ratelimit-remaining-requests"), "7");
    upstream.once(cutAfter(2));
    const stream = await client.chat.completions.create({ ...HELLO, stream: true });
    await assertRejects(async () => await Array.fromAsync(stream), Error);
  }),
);
