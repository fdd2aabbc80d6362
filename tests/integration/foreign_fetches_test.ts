/** Each fetch that users give to the SDK works with a tracked client as with a plain one, and its calls are counted. */
import { type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import OpenAI, { toFile } from "openai";
import { trackedFetch } from "../../server/client/fetch/tracked_fetch.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { chatChunks } from "../support/upstream_bodies.ts";
import type { Exchange } from "../support/upstream.ts";
import { cutAfter } from "../support/upstream_replies.ts";
import { HELLO, withUpstream } from "./room.ts";

/** Imported by name, because their own types are not those of the SDK's `fetch`. */
const load = async (name: string) => (await import(name)).default as typeof fetch;

const FETCHES: Record<string, () => Promise<typeof fetch>> = {
  "node-fetch 2": () => load("node-fetch-2"),
  "node-fetch 3": () => load("node-fetch"),
  "cross-fetch": () => load("cross-fetch"),
  "make-fetch-happen": () => load("make-fetch-happen"),
  undici: async () => (await import("undici")).fetch as unknown as typeof fetch,
  "a fetch that wraps node-fetch 2": async () => {
    const below = await load("node-fetch-2");
    return async (input, init) => await below(input, init);
  },
  "the runtime's fetch": () => Promise.resolve(fetch),
};

const STREAM = { ...HELLO, stream: true } as const;
const SPEECH = { model: "tts-1", voice: "alloy", input: "Hello" };
const SOUND = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
const digest = (bytes: Uint8Array) => [bytes.length, bytes.reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7)];

function speak({ response }: Exchange): void {
  response.writeHead(200, { "content-type": "audio/mpeg" }).end(SOUND);
}

interface Case {
  /** Answers the call; the upstream's default answer otherwise. */
  reply?: (exchange: Exchange) => void | Promise<void>;
  call(client: OpenAI): unknown;
  /** Of each attempt. */
  rows: Counted[];
}

type Counted = [outcome: string, source: string, tokens: number];

const OK: Counted = ["ok", "counted", 20];
const NO_TOKENS: Counted = ["ok", "none", 0];
const CASES: Record<string, Case> = {
  "a call": { call: async (client) => (await client.chat.completions.create(HELLO)).choices, rows: [OK] },
  "a call with its response": {
    call: async (client) => {
      const { data, response } = await client.chat.completions.create(HELLO).withResponse();
      return [data.usage, response.status, response.headers.get("content-type"), response.url];
    },
    rows: [OK],
  },
  "a response that the caller reads": {
    call: async (client) => {
      const response = await client.chat.completions.create(HELLO).asResponse();
      const before = response.bodyUsed;
      return [before, await response.json(), response.bodyUsed, await response.text().catch(() => "used")];
    },
    rows: [OK],
  },
  "a response that the caller reads as bytes, after a look at its body": {
    call: async (client) => {
      const response = await client.chat.completions.create(HELLO).asResponse();
      return response.body === response.body && new TextDecoder().decode(await response.arrayBuffer());
    },
    rows: [OK],
  },
  "a clone": {
    call: async (client) => {
      const response = await client.chat.completions.create(HELLO).asResponse();
      const both = [response.clone(), response];
      return await Promise.all(both.map((one) => one.text()));
    },
    rows: [OK],
  },
  "a blob of JSON": {
    call: async (client) => {
      const response = await client.chat.completions.create(HELLO).asResponse();
      return await (await response.blob()).text();
    },
    rows: [OK],
  },
  "a stream": {
    call: async (client) => {
      const chunks = await Array.fromAsync(await client.chat.completions.create(STREAM));
      return chunks.map(({ choices }) => choices);
    },
    rows: [OK],
  },
  "a stream whose caller requests usage": {
    call: async (client) => {
      const options = { ...STREAM, stream_options: { include_usage: true } };
      return await Array.fromAsync(await client.chat.completions.create(options));
    },
    rows: [OK],
  },
  "a stream in small pieces": {
    reply: async (exchange) => {
      exchange.startStream();
      const events = [...chatChunks("gpt-5.4", true).map((chunk) => JSON.stringify(chunk)), "[DONE]"];
      for (const piece of events.map((data) => `data: ${data}\r\n\r\n`).join("").match(/[^]{1,41}/g)!) {
        await exchange.write(piece);
      }
      exchange.end();
    },
    call: async (client) => {
      const options = { ...STREAM, stream_options: { include_usage: true } };
      return await Array.fromAsync(await client.chat.completions.create(options));
    },
    rows: [OK],
  },
  "a stream read as text": {
    call: async (client) => {
      const text = await (await client.chat.completions.create(STREAM).asResponse()).text();
      // The provider adds this to each chunk when usage is requested.
      return text.replaceAll(',"usage":null', "");
    },
    rows: [OK],
  },
  "a stream of the runner": {
    call: async (client) => await client.chat.completions.stream(HELLO).finalContent(),
    rows: [OK],
  },
  "a stream of Responses": {
    call: async (client) => {
      const stream = await client.responses.create({ model: "gpt-5.4", input: "Hello", stream: true });
      return await Array.fromAsync(stream);
    },
    rows: [OK],
  },
  "binary content as bytes": {
    reply: speak,
    call: async (client) => digest(new Uint8Array(await (await client.audio.speech.create(SPEECH)).arrayBuffer())),
    rows: [NO_TOKENS],
  },
  "binary content as a blob": {
    reply: speak,
    call: async (client) => {
      const blob = await (await client.audio.speech.create(SPEECH)).blob();
      return [blob.type, digest(new Uint8Array(await blob.arrayBuffer()))];
    },
    rows: [NO_TOKENS],
  },
  "binary content chunk by chunk": {
    reply: speak,
    call: async (client) => {
      const { body } = await client.audio.speech.create(SPEECH);
      const parts = await Array.fromAsync(body as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>);
      return digest(new Uint8Array(await new Blob(parts).arrayBuffer()));
    },
    rows: [NO_TOKENS],
  },
  "a list": {
    reply: (exchange) => exchange.json({ object: "list", data: [{ id: "a" }, { id: "b" }], has_more: false }),
    call: async (client) => (await Array.fromAsync(client.models.list())).map(({ id }) => id),
    rows: [NO_TOKENS],
  },
  "an answer without content": {
    reply: ({ response }) => void response.writeHead(204).end(),
    call: async (client) => await client.files.delete("file-abc123456"),
    rows: [NO_TOKENS],
  },
  "an error": {
    reply: (exchange) => exchange.json({ error: { message: "No", code: "invalid_value", type: "x" } }, 400),
    call: (client) => client.chat.completions.create(HELLO),
    rows: [["failed", "none", 0]],
  },
  "an error of the account": {
    reply: (exchange) => exchange.json({ error: { message: "No", code: "insufficient_quota" } }, 429),
    call: (client) => client.chat.completions.create(HELLO),
    rows: [["failed", "none", 0]],
  },
  "an error that is a page": {
    reply: (exchange) => exchange.raw("<html>Bad gateway</html>", 502, { "content-type": "text/html" }),
    call: (client) => client.chat.completions.create(HELLO),
    rows: [["failed", "none", 0]],
  },
  "an upload": {
    reply: (exchange) => exchange.json({ id: "file-1", bytes: exchange.entry.body.length, object: "file" }),
    call: async (client) => {
      const file = await toFile(new TextEncoder().encode('{"a":1}\n'), "a.jsonl");
      const { id } = await client.files.create({ file, purpose: "batch" });
      return id;
    },
    rows: [NO_TOKENS],
  },
};

/** The result of a call: its value, or what the SDK's error says. */
async function result(call: () => unknown): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    const { name, status, code, message } = error as Error & { status?: number; code?: string };
    return { name, status, code, message: message.replace(/ after \d+ ms/, "") };
  }
}

for (const [name, get] of Object.entries(FETCHES)) {
  for (const [title, { reply, call, rows: expected }] of Object.entries(CASES)) {
    Deno.test(
      `with ${name} ${title} is that of the plain SDK, and counted`,
      withUpstream(async ({ upstream, tracked, rows }) => {
        if (reply) upstream.reply(reply);
        const fetch = await get();
        const plain = new OpenAI({ apiKey: "sk-caller", maxRetries: 0, baseURL: upstream.url, fetch });
        const usual = await result(() => call(plain));
        const sent = upstream.entries.length;
        assertEquals(await result(() => call(tracked({ fetch }))), usual);
        const told = (await rows()).map((row): Counted => [row.outcome, row.usage_source, row.usage.total_tokens]);
        // node-fetch 2 cannot send the runtime's forms, as the SDK's error says.
        assertEquals(told, sent > 0 ? expected : []);
      }),
    );
  }
}

for (const name of ["node-fetch 2", "node-fetch 3", "make-fetch-happen"]) {
  Deno.test(
    `with ${name} a stream that the caller leaves ends at the upstream, and what came is estimated`,
    withUpstream(async ({ upstream, tracked, rows }) => {
      const taken = upstream.take();
      const fetch = await FETCHES[name]();
      const called = tracked({ fetch }).chat.completions.create(STREAM);
      const exchange = await taken;
      exchange.startStream();
      await exchange.event(chatChunks("gpt-5.4", false)[1]);
      for await (const _ of await called) break;
      await exchange.ended;
      assertEquals(exchange.entry.end, "left");
      const [{ outcome, usage_source, usage }] = await rows();
      assertEquals([outcome, usage_source, usage.output_tokens], ["aborted", "estimated", 1]);
    }),
  );

  Deno.test(
    `with ${name} a stream whose connection breaks fails for the caller, and what came is estimated`,
    withUpstream(async ({ upstream, tracked, rows }) => {
      upstream.reply(cutAfter(3));
      const stream = await tracked({ fetch: await FETCHES[name]() }).chat.completions.create(STREAM);
      const texts: unknown[] = [];
      const read = async () => {
        for await (const { choices } of stream) texts.push(choices[0].delta.content);
      };
      await assertRejects(read, Error);
      const [{ outcome, error_code, usage_source, usage }] = await rows();
      assertEquals(texts, ["", "All", " is"]);
      assertEquals([outcome, error_code, usage_source, usage.output_tokens], [
        "failed",
        "connection_lost",
        "estimated",
        2,
      ]);
    }),
  );

  Deno.test(
    `with ${name} binary content can be piped to a file, as the SDK's examples do`,
    withUpstream(async ({ upstream, tracked, rows }) => {
      upstream.reply(speak);
      const { body } = await tracked({ fetch: await FETCHES[name]() }).audio.speech.create(SPEECH);
      const parts: Uint8Array<ArrayBuffer>[] = [];
      const file = new Writable({ write: (chunk, _, done) => (parts.push(chunk), done()) });
      await pipeline(body as unknown as Readable, file);
      assertEquals(digest(new Uint8Array(await new Blob(parts).arrayBuffer())), digest(SOUND));
      assertEquals((await rows()).map(({ outcome }) => outcome), ["ok"]);
    }),
  );
}

for (const name of ["node-fetch-2", "node-fetch", "undici"]) {
  Deno.test(
    `a Request object of ${name} is read`,
    withUpstream(async ({ service, upstream, rows }) => {
      const { default: main, ...named } = await import(name);
      const { Request, fetch = main } = { ...main, ...named };
      const tracked = trackedFetch({ recorder: service.tracker, workspace_id: "acme", fetch }) as typeof main;
      const body = JSON.stringify({ ...HELLO, stream: true });
      const request = { method: "POST", headers: { "Content-Type": "Application/JSON" }, body };
      await (await tracked(new Request(`${upstream.url}/chat/completions`, request))).text();
      const [row] = await rows();
      assertEquals([row.endpoint, row.model, row.stream, row.usage_source, row.usage.total_tokens], [
        "chat/completions",
        "gpt-5.4",
        true,
        "counted",
        20,
      ]);
    }),
  );
}
