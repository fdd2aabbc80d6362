import { createOpenAI, type OpenAIProvider } from "@ai-sdk/openai";
import { APICallError, embed, generateText, type LanguageModel, streamText } from "ai";
import { trackedFetch } from "../../server/client/fetch/tracked_fetch.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { chatChunks, responseEvents } from "../support/upstream_bodies.ts";
import { cutAfter, refuse } from "../support/upstream_replies.ts";
import { brief, type Room, type Settings, withUpstream } from "./room.ts";

/** The Vercel AI SDK, configured with nothing but the gateway's URL. */
function withAiSdk(
  use: (
    room: Room<Upstream> & { models: Record<"chat" | "responses", LanguageModel>; openai: OpenAIProvider },
  ) => Promise<void>,
  settings?: Settings,
) {
  return withUpstream(async (room) => {
    const openai = createOpenAI({ baseURL: room.gateway(""), apiKey: "sk-caller" });
    await use({ ...room, openai, models: { chat: openai.chat("gpt-5.4"), responses: openai.responses("gpt-5.4") } });
  }, settings);
}

const ASK = { prompt: "Hello", maxRetries: 0 };
const ENDPOINTS = { chat: "chat/completions", responses: "responses" };

Deno.test(
  "the AI SDK: chat and responses, plain and streamed, work and are counted",
  withAiSdk(async ({ models, rows }) => {
    const expected: unknown[] = [];
    for (const name of ["chat", "responses"] as const) {
      const model = models[name];
      const { text, usage } = await generateText({ ...ASK, model });
      assertEquals([text, usage.inputTokens, usage.outputTokens], ["All is well.", 12, 8]);
      const stream = streamText({ ...ASK, model });
      assertEquals((await Array.fromAsync(stream.textStream)).join(""), "All is well.");
      assertEquals((await stream.usage).totalTokens, 20);
      expected.push(...Array(2).fill([ENDPOINTS[name], "ok", "counted", 20]));
    }
    assertEquals((await rows()).map(brief), expected);
    assertEquals((await rows()).map(({ stream }) => stream), [false, true, false, true]);
  }),
);

Deno.test(
  "the AI SDK: an embedding works and is counted",
  withAiSdk(async ({ openai, rows }) => {
    const { embedding, usage } = await embed({ model: openai.embedding("e"), value: "Hello", maxRetries: 0 });
    assertEquals([embedding, usage.tokens], [[0.1, 0.2, 0.3], 6]);
    assertEquals((await rows()).map(brief), [["embeddings", "ok", "counted", 6]]);
  }),
);

Deno.test(
  "the AI SDK: an abort during a stream ends the upstream's stream and is counted with an estimate",
  withAiSdk(async ({ models, upstream, rows }) => {
    const begins = { chat: chatChunks("gpt-5.4", true).slice(0, 3), responses: responseEvents("gpt-5.4").slice(0, 3) };
    for (const name of ["chat", "responses"] as const) {
      const taken = upstream.take();
      const abort = new AbortController();
      const stream = streamText({ ...ASK, model: models[name], abortSignal: abort.signal, onError() {} });
      const read = (async () => {
        for await (const _ of stream.textStream) abort.abort();
      })();
      const exchange = await taken;
      exchange.startStream();
      for (const event of begins[name]) await exchange.event(event);
      await exchange.ended;
      await read.catch(() => {});
      assertEquals(exchange.entry.end, "left");
    }
    for (const { outcome, usage_source, usage } of await rows()) {
      assertEquals([outcome, usage_source, usage.total_tokens > 0], ["aborted", "estimated", true]);
    }
  }),
);

Deno.test(
  "the AI SDK: refusals and lost connections become its own errors, and its retries are attempts",
  withAiSdk(async ({ models: { chat: model }, upstream, rows }) => {
    upstream.once(refuse(500, null, { "retry-after-ms": "1" }));
    assertEquals((await generateText({ ...ASK, model, maxRetries: 1 })).text, "All is well.");
    upstream.once(cutAfter(2));
    const errors: unknown[] = [];
    const cut = streamText({ ...ASK, model, onError: ({ error }) => void errors.push(error) });
    await Array.fromAsync(cut.textStream).catch((error) => errors.push(error));
    assert(errors.length > 0, "the caller gets an error for the lost connection");
    const refused = await assertRejects(() => generateText({ ...ASK, model }), APICallError, "3 of 3 requests");
    assertEquals([refused.statusCode, upstream.entries.length], [429, 3]);
    assertEquals((await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]), [
      ["failed", "none"],
      ["ok", "counted"],
      ["failed", "estimated"],
    ]);
  }, { limits: { requests_per_day: 3 } }),
);

Deno.test(
  "the AI SDK with a tracked fetch is counted without the gateway",
  withUpstream(async ({ upstream, service, rows }) => {
    const fetch = trackedFetch({ recorder: service.tracker, workspace_id: "acme" });
    const openai = createOpenAI({ baseURL: upstream.url, apiKey: "sk-caller", fetch });
    const { text } = await generateText({ ...ASK, model: openai.chat("gpt-5.4") });
    const stream = streamText({ ...ASK, model: openai.responses("gpt-5.4") });
    assertEquals([text, (await Array.fromAsync(stream.textStream)).join("")], Array(2).fill("All is well."));
    assertEquals((await rows()).map(brief), [
      ["chat/completions", "ok", "counted", 20],
      ["responses", "ok", "counted", 20],
    ]);
  }),
);

Deno.test("the AI SDK receives the same stream parts through the gateway and directly", async () => {
  const direct = await startUpstream();
  const parts = async (baseURL: string, api: "chat" | "responses") => {
    const model = createOpenAI({ baseURL, apiKey: "sk-caller" })[api]("gpt-5.4");
    const kinds = [];
    for await (const { type } of streamText({ ...ASK, model }).fullStream) kinds.push(type);
    return kinds;
  };
  try {
    await withUpstream(async ({ gateway }) => {
      for (const api of ["chat", "responses"] as const) {
        assertEquals(await parts(gateway(""), api), await parts(direct.url, api));
      }
    })();
  } finally {
    await direct.close();
  }
});
