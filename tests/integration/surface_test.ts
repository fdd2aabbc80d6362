import type OpenAI from "openai";
import { toFile } from "openai";
import { assertEquals } from "../support/assert.ts";
import { response } from "../support/upstream_bodies.ts";
import type { Reply } from "../support/upstream.ts";
import { HELLO, withUpstream } from "./room.ts";

/** The endpoint, usage source, tokens and model of the expected row. */
type Told = [endpoint: string, source: "counted" | "estimated" | "none" | "unknown", tokens: number, model?: string];

interface Case {
  call: (client: OpenAI) => Promise<unknown>;
  /** The upstream's response; by default that of the provider. */
  reply?: Reply;
  told: Told;
}

const json = (body: unknown): Reply => (exchange) => exchange.json(body);
const TEN = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
const bytes = new Uint8Array([1, 2, 255]);
const binary: Reply = (exchange) => exchange.raw(bytes, 200, { "content-type": "application/octet-stream" });
const file = () => toFile(bytes, "a.mp3");
const whole = async (answer: Promise<Response>) => await (await answer).arrayBuffer();
const drained = async (stream: Promise<AsyncIterable<unknown>>) => {
  for await (const _ of await stream) { /* read */ }
};
const events = (...list: object[]): Reply => async (exchange) => {
  exchange.startStream();
  for (const event of list) await exchange.event(event);
  exchange.end();
};
const QUESTION = { model: "gpt-5.4", input: "Hello" };

/** Every resource of the SDK that sends requests, called with its own method where it has one. */
const SURFACE: Record<string, Case> = {
  "chat create": { call: (c) => c.chat.completions.create(HELLO), told: ["chat/completions", "counted", 20] },
  "chat parse": { call: (c) => c.chat.completions.parse(HELLO), told: ["chat/completions", "counted", 20] },
  "chat stream": {
    call: (c) => c.chat.completions.stream(HELLO).finalContent(),
    told: ["chat/completions", "counted", 20],
  },
  "chat update": {
    call: (c) => c.chat.completions.update("chatcmpl-abc1234", { metadata: { a: "b" } }),
    reply: json({ id: "chatcmpl-abc1234", usage: { prompt_tokens: 7, completion_tokens: 3 } }),
    told: ["chat/completions/{id}", "none", 0],
  },
  completions: {
    call: (c) => c.completions.create({ model: "gpt-3.5-turbo-instruct", prompt: "Hello" }),
    reply: json({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } }),
    told: ["completions", "counted", 10, "gpt-3.5-turbo-instruct"],
  },
  "responses create": { call: (c) => c.responses.create(QUESTION), told: ["responses", "counted", 20] },
  "responses parse": { call: (c) => c.responses.parse(QUESTION), told: ["responses", "counted", 20] },
  "responses stream": {
    call: (c) => drained(c.responses.create({ ...QUESTION, stream: true })),
    told: ["responses", "counted", 20],
  },
  "responses compact": {
    call: (c) => c.responses.compact({ ...QUESTION, model: "gpt-5.4" }),
    reply: json({ id: "resp_1", object: "response.compaction", output: [], usage: TEN }),
    told: ["responses/compact", "counted", 10],
  },
  "responses input tokens": {
    call: (c) => c.responses.inputTokens.count(QUESTION),
    reply: json({ object: "response.input_tokens", input_tokens: 11 }),
    told: ["responses/input_tokens", "none", 0],
  },
  embeddings: {
    call: (c) => c.embeddings.create({ model: "e", input: "Hello" }),
    told: ["embeddings", "counted", 6, "e"],
  },
  "images generate": {
    call: (c) => c.images.generate({ model: "gpt-image-1", prompt: "A dog" }),
    reply: json({ created: 1, data: [], usage: { ...TEN, input_tokens_details: { text_tokens: 7, image_tokens: 0 } } }),
    told: ["images/generations", "counted", 10, "gpt-image-1"],
  },
  "images by the picture": {
    call: (c) => c.images.generate({ model: "dall-e-3", prompt: "A dog" }),
    reply: json({ created: 1, data: [] }),
    told: ["images/generations", "none", 0, "dall-e-3"],
  },
  "images edit": {
    call: async (c) => c.images.edit({ model: "gpt-image-1", prompt: "A dog", image: await file() }),
    reply: json({ created: 1, data: [] }),
    told: ["images/edits", "unknown", 0, "gpt-image-1"],
  },
  "images stream": {
    call: (c) => drained(c.images.generate({ model: "gpt-image-1", prompt: "A dog", stream: true })),
    reply: events({ type: "image_generation.completed", b64_json: "", usage: TEN }),
    told: ["images/generations", "counted", 10, "gpt-image-1"],
  },
  "speech by the letter": {
    call: (c) => whole(c.audio.speech.create({ model: "tts-1", voice: "alloy", input: "Hello" })),
    reply: binary,
    told: ["audio/speech", "none", 0, "tts-1"],
  },
  "speech by the token": {
    call: (c) => whole(c.audio.speech.create({ model: "gpt-4o-mini-tts", voice: "alloy", input: "Hello" })),
    reply: binary,
    told: ["audio/speech", "unknown", 0, "gpt-4o-mini-tts"],
  },
  "transcription by the token": {
    call: async (c) => c.audio.transcriptions.create({ model: "gpt-4o-transcribe", file: await file() }),
    reply: json({ text: "Hello", usage: { type: "tokens", ...TEN } }),
    told: ["audio/transcriptions", "counted", 10, "gpt-4o-transcribe"],
  },
  "transcription by the second": {
    call: async (c) => c.audio.transcriptions.create({ model: "whisper-1", file: await file() }),
    reply: json({ text: "Hello", usage: { type: "duration", seconds: 9 } }),
    told: ["audio/transcriptions", "none", 0, "whisper-1"],
  },
  translation: {
    call: async (c) => c.audio.translations.create({ model: "whisper-1", file: await file() }),
    reply: json({ text: "Hello" }),
    told: ["audio/translations", "none", 0, "whisper-1"],
  },
  moderations: {
    call: (c) => c.moderations.create({ model: "omni-moderation-latest", input: "Hello world" }),
    reply: json({ id: "modr-1", model: "omni-moderation-latest", results: [] }),
    told: ["moderations", "estimated", 10, "omni-moderation-latest"],
  },
  "files upload": {
    call: async (c) => c.files.create({ file: await file(), purpose: "batch" }),
    reply: json({ id: "file-1" }),
    told: ["files", "none", 0],
  },
  "files download": {
    call: (c) => whole(c.files.content("file-abc1234")),
    reply: binary,
    told: ["files/{id}/content", "none", 0],
  },
  uploads: {
    call: async (c) => c.uploads.parts.create("upload_abc1234", { data: await file() }),
    reply: json({ id: "part_1" }),
    told: ["uploads/{id}/parts", "none", 0],
  },
  batches: {
    call: (c) => c.batches.retrieve("batch_abc1234"),
    reply: json({ id: "batch_abc1234", status: "completed", usage: TEN }),
    told: ["batches/{id}", "none", 0],
  },
  "fine-tuning": {
    call: (c) => c.fineTuning.jobs.create({ model: "gpt-4o-mini", training_file: "file-1" }),
    reply: json({ id: "ftjob-1" }),
    told: ["fine_tuning/jobs", "none", 0, "gpt-4o-mini"],
  },
  "vector stores": {
    call: (c) => c.vectorStores.search("vs_abc1234", { query: "Hello" }),
    reply: json({ object: "list", data: [] }),
    told: ["vector_stores/{id}/search", "none", 0],
  },
  "threads' runs": {
    call: (c) => c.beta.threads.runs.retrieve("run_abc1234", { thread_id: "thread_abc1234" }),
    reply: json({ id: "run_abc1234", object: "thread.run", status: "completed", usage: { prompt_tokens: 7 } }),
    told: ["threads/{id}/runs/{id}", "none", 0],
  },
  conversations: {
    call: (c) => c.conversations.create({}),
    reply: json({ id: "conv_1" }),
    told: ["conversations", "none", 0],
  },
  models: { call: (c) => c.models.list(), reply: json({ data: [] }), told: ["models", "none", 0] },
  "get of one's own": { call: (c) => c.get("/models/abc"), reply: json({}), told: ["models/abc", "none", 0] },
  "post of one's own": {
    call: (c) => c.post("/responses", { body: QUESTION }),
    reply: json(response("gpt-5.4")),
    told: ["responses", "counted", 20],
  },
  "asResponse, read by oneself": {
    call: (c) => whole(c.responses.create(QUESTION).asResponse()),
    told: ["responses", "counted", 20],
  },
  withResponse: { call: (c) => c.responses.create(QUESTION).withResponse(), told: ["responses", "counted", 20] },
};

Deno.test(
  "every resource of the SDK is counted once under its endpoint, through the client and the gateway",
  withUpstream(async ({ clients, upstream, rows }) => {
    let seen = 0;
    for (const { name, client } of clients()) {
      for (const [title, { call, reply, told: [endpoint, source, tokens, model] }] of Object.entries(SURFACE)) {
        if (reply) upstream.once(reply);
        await call(client);
        const fresh = (await rows()).slice(seen);
        seen += fresh.length;
        const counted = fresh.map((row) => [row.endpoint, row.outcome, row.usage_source, row.usage.total_tokens]);
        assertEquals(counted, [[endpoint, "ok", source, tokens]], `${title} by the ${name}`);
        if (model) assertEquals(fresh[0].model, model, `${title} by the ${name}`);
      }
    }
    assertEquals(upstream.entries.length, seen);
  }),
);

Deno.test(
  "background work is counted with the first response that has usage, also that of a cancel",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { name, client } of clients()) {
      const body = { id: `resp_${name}_cancel1`, background: true, model: "gpt-5.4", output: [] };
      upstream.once(json({ ...body, status: "queued", usage: null }));
      await client.responses.create({ ...QUESTION, background: true });
      for (let cancels = 0; cancels < 2; cancels++) {
        upstream.once(json({ ...body, status: "cancelled", usage: TEN }));
        await client.responses.cancel(body.id);
      }
      const run = { id: `run_${name}_00001`, object: "thread.run", model: "gpt-4o" };
      upstream.once(json({ ...run, status: "queued", usage: null }));
      await client.beta.threads.runs.create("thread_abc1234", { assistant_id: "asst_1" });
      for (let looks = 0; looks < 2; looks++) {
        upstream.once(json({ ...run, status: "completed", usage: { prompt_tokens: 7, completion_tokens: 3 } }));
        await client.beta.threads.runs.retrieve(run.id, { thread_id: "thread_abc1234" });
      }
    }
    const six = [["unknown", 0], ["counted", 10], ["none", 0], ["none", 0], ["counted", 10], ["none", 0]];
    assertEquals((await rows()).map((row) => [row.usage_source, row.usage.total_tokens]), [...six, ...six]);
  }),
);
