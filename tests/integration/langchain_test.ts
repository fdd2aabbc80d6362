import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { assertEquals, assertRejects } from "../support/assert.ts";
import type { Upstream } from "../support/upstream.ts";
import { chatChunks } from "../support/upstream_bodies.ts";
import { refuse } from "../support/upstream_replies.ts";
import { brief, type Room, type Settings, withUpstream } from "./room.ts";

type Options = ConstructorParameters<typeof ChatOpenAI>[0] & object;

/** LangChain, configured with nothing but the gateway's URL. */
function withLangChain(
  use: (room: Room<Upstream> & { chat(options?: Options): ChatOpenAI }) => Promise<void>,
  settings?: Settings,
) {
  return withUpstream(async (room) => {
    const configuration = { baseURL: room.gateway("") };
    const chat = (options: Options = {}) =>
      new ChatOpenAI({ model: "gpt-5.4", apiKey: "sk-caller", maxRetries: 0, configuration, ...options });
    await use({ ...room, chat });
  }, settings);
}

Deno.test(
  "LangChain: invoke and stream, with chat and responses, work and are counted",
  withLangChain(async ({ chat, rows }) => {
    for (const useResponsesApi of [false, true]) {
      const whole = await chat({ useResponsesApi }).invoke("Hello");
      assertEquals([whole.text, whole.usage_metadata?.total_tokens], ["All is well.", 20]);
      let text = "";
      let tokens = 0;
      for await (const chunk of await chat({ useResponsesApi }).stream("Hello")) {
        text += chunk.text;
        tokens += chunk.usage_metadata?.total_tokens ?? 0;
      }
      assertEquals([text, tokens], ["All is well.", 20]);
    }
    const told = (await rows()).map(brief);
    assertEquals(told, [
      ...Array(2).fill(["chat/completions", "ok", "counted", 20]),
      ...Array(2).fill(["responses", "ok", "counted", 20]),
    ]);
  }),
);

Deno.test(
  "LangChain: a caller who requests no usage gets none, and is counted",
  withLangChain(async ({ chat, rows }) => {
    let tokens = 0;
    for await (const chunk of await chat({ streamUsage: false }).stream("Hello")) {
      tokens += chunk.usage_metadata?.total_tokens ?? 0;
    }
    assertEquals(tokens, 0);
    assertEquals((await rows()).map(brief), [["chat/completions", "ok", "counted", 20]]);
  }),
);

Deno.test(
  "LangChain: embeddings work and are counted",
  withLangChain(async ({ gateway, rows, upstream }) => {
    // LangChain's client requests base64, as the official SDK does.
    upstream.once((exchange) => {
      const bytes = new Uint8Array(new Float32Array([0.5, 0.25]).buffer);
      const isBase64 = exchange.entry.json?.encoding_format === "base64";
      const embedding = isBase64 ? btoa(String.fromCharCode(...bytes)) : [0.5, 0.25];
      const usage = { prompt_tokens: 6, total_tokens: 6 };
      exchange.json({ object: "list", data: [{ object: "embedding", index: 0, embedding }], model: "e", usage });
    });
    const configuration = { baseURL: gateway("") };
    const embeddings = new OpenAIEmbeddings({ model: "e", apiKey: "sk-caller", maxRetries: 0, configuration });
    assertEquals(await embeddings.embedQuery("Hello"), [0.5, 0.25]);
    assertEquals((await rows()).map(brief), [["embeddings", "ok", "counted", 6]]);
  }),
);

Deno.test(
  "LangChain: an abort during a stream ends the upstream's stream and is counted with an estimate",
  withLangChain(async ({ chat, upstream, rows }) => {
    const taken = upstream.take();
    const abort = new AbortController();
    // LangChain leaves one of its promises unhandled on an abort, with and without the gateway.
    const unhandled = (event: PromiseRejectionEvent) => event.reason?.name === "AbortError" && event.preventDefault();
    addEventListener("unhandledrejection", unhandled);
    const read = (async () => {
      for await (const chunk of await chat().stream("Hello", { signal: abort.signal })) if (chunk.text) abort.abort();
    })();
    const exchange = await taken;
    exchange.startStream();
    for (const chunk of chatChunks("gpt-5.4", true).slice(0, 3)) await exchange.event(chunk);
    await exchange.ended;
    await read.catch(() => {});
    const [{ outcome, usage_source, usage }] = await rows();
    removeEventListener("unhandledrejection", unhandled);
    assertEquals([outcome, usage_source, usage.total_tokens > 0], ["aborted", "estimated", true]);
    assertEquals(exchange.entry.end, "left");
  }),
);

Deno.test(
  "LangChain: the provider's errors and our refusal reach the caller; each of its retries is an attempt",
  withLangChain(async ({ chat, upstream, rows }) => {
    upstream.once(refuse(500, null, { "retry-after-ms": "1" }));
    assertEquals((await chat({ maxRetries: 1 }).invoke("Hello")).text, "All is well.");
    upstream.once(refuse(400, "context_length_exceeded"));
    await assertRejects(() => chat().invoke("Hello"), Error, "context_length_exceeded");
    await assertRejects(() => chat().invoke("Hello"), Error, "3 of 3 requests");
    assertEquals(upstream.entries.length, 3);
    assertEquals((await rows()).map(({ outcome, http_status }) => [outcome, http_status]), [
      ["failed", 500],
      ["ok", 200],
      ["failed", 400],
    ]);
  }, { limits: { requests_per_day: 3 } }),
);
