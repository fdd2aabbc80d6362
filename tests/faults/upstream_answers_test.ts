import { get } from "node:http";
import { gzipSync } from "node:zlib";
import { RateLimitError } from "openai";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { HELLO, withUpstream } from "../integration/room.ts";
import { chatChunks, chatCompletion } from "../support/upstream_bodies.ts";
import { refuse } from "../support/upstream_replies.ts";

const post = (url: string, body: object) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

Deno.test(
  "FAULT 23: garbage and HTML with status 200 are passed on, and their usage is unknown",
  withUpstream(async ({ clients, upstream, gateway, rows }) => {
    const page = "<html><h1>Sign in</h1></html>";
    for (const { client } of clients()) {
      upstream.once((exchange) => exchange.raw(page, 200, { "content-type": "text/html" }));
      assertEquals(await client.chat.completions.create(HELLO) as unknown, page);
      upstream.once((exchange) => exchange.raw('{"cut":', 200, { "content-type": "application/json" }));
      await assertRejects(() => client.chat.completions.create(HELLO), SyntaxError);
      upstream.once((exchange) => exchange.raw(page, 200, { "content-type": "text/event-stream" }));
      for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* nothing comes */ }
    }
    upstream.once((exchange) => exchange.raw(page, 200, { "content-type": "text/event-stream" }));
    assertEquals(await (await post(gateway("/chat/completions"), { ...HELLO, stream: true })).text(), page);
    const told = (await rows()).map(({ outcome, usage_source, usage }) => [outcome, usage_source, usage.total_tokens]);
    assertEquals(told, Array(7).fill(["ok", "unknown", 0]));
  }),
);

Deno.test(
  "FAULT 24: usage that is missing, null, negative, huge or a text is unknown, never zero",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    const usages: unknown[] = [
      undefined,
      null,
      {},
      [],
      "20",
      { prompt_tokens: null, completion_tokens: null },
      { prompt_tokens: -1, completion_tokens: 8 },
      { prompt_tokens: 1e308, completion_tokens: 8 },
      { prompt_tokens: "twelve", completion_tokens: "8" },
      { prompt_tokens: 1.5, completion_tokens: 8 },
      { prompt_tokens: 12, completion_tokens: "-8" },
    ];
    for (const { client } of clients()) {
      for (const usage of usages) {
        upstream.once((exchange) => exchange.json({ ...chatCompletion("m", null), usage }));
        await client.chat.completions.create(HELLO);
      }
    }
    const told = (await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]);
    assertEquals(told, Array(2 * usages.length).fill(["ok", "unknown"]));
    assertEquals(service.tracker.status("acme").usage.estimated_calls, 2 * usages.length);
  }),
);

Deno.test(
  "FAULT 28: insufficient_quota causes one attempt, although the SDK would make three; the next 200 ends it",
  withUpstream(async ({ clients, upstream, service }) => {
    for (const { client } of clients({ maxRetries: 2 })) {
      const before = upstream.entries.length;
      upstream.once(refuse(429, "insufficient_quota"));
      await assertRejects(() => client.chat.completions.create(HELLO), RateLimitError, "insufficient_quota");
      assertEquals(upstream.entries.length - before, 1);
      assertEquals(service.tracker.status("acme").status, "quota_exceeded");
      await client.chat.completions.create(HELLO);
      assertEquals(service.tracker.status("acme").status, "normal");
    }
  }),
);

Deno.test(
  "FAULT 30: the response of an upstream that compresses has matching headers, and is counted",
  withUpstream(async ({ clients, upstream, gateway, rows, service }) => {
    const packed = gzipSync(JSON.stringify(chatCompletion("gpt-5.4")));
    const reply = { "content-type": "application/json", "content-encoding": "gzip" };
    upstream.reply((exchange) => exchange.raw(packed, 200, { ...reply, "content-length": `${packed.length}` }));
    for (const { client } of clients()) {
      assertEquals((await client.chat.completions.create(HELLO)).usage?.total_tokens, 20);
    }
    const [direct, forwarded] = upstream.entries.map(({ headers }) => headers["accept-encoding"]);
    assertEquals(forwarded, direct);
    const { host } = new URL(service.url);
    const seen = await new Promise<unknown[]>((resolve) =>
      get(gateway("/models"), { headers: { host }, agent: false }, (answer) => {
        const { "content-encoding": encoding, "content-length": length } = answer.headers;
        let bytes = 0;
        answer.on("data", (part) => bytes += part.length).on("end", () => resolve([encoding, length, bytes]));
      })
    );
    assertEquals(seen, ["gzip", `${packed.length}`, packed.length]);
    assertEquals((await rows()).map(({ usage_source }) => usage_source), ["counted", "counted", "none"]);
  }),
);

Deno.test(
  "FAULT 30: a compressed stream is passed on and counted",
  withUpstream(async ({ clients, upstream, rows }) => {
    const events = chatChunks("m", true).map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
    const packed = gzipSync(`${events}data: [DONE]\n\n`);
    upstream.reply((exchange) =>
      exchange.raw(packed, 200, { "content-type": "text/event-stream", "content-encoding": "gzip" })
    );
    for (const { client } of clients()) {
      const finished = [];
      for await (const { choices } of await client.chat.completions.create({ ...HELLO, stream: true })) {
        finished.push(choices[0].finish_reason);
      }
      assertEquals(finished.at(-1), "stop");
    }
    assertEquals((await rows()).map(({ usage_source }) => usage_source), ["counted", "counted"]);
  }),
);

Deno.test(
  "FAULT 31: a decompression bomb is passed on unchanged, and is decompressed up to a maximum",
  withUpstream(async ({ upstream, gateway, rows, tracked, service }) => {
    const bomb = gzipSync(new Uint8Array(200 << 20).fill(32));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    upstream.reply((exchange) => exchange.raw(bomb, 200, headers));
    const { host } = new URL(service.url);
    const bytes = await new Promise<number>((resolve) =>
      get(gateway("/responses/resp_1"), { headers: { host }, agent: false }, (answer) => {
        let bytes = 0;
        answer.on("data", (part) => bytes += part.length).on("end", () => resolve(bytes));
      })
    );
    assertEquals(bytes, bomb.length);
    upstream.reply((exchange) => exchange.raw(bomb, 500, headers));
    const error = await assertRejects(() => tracked().chat.completions.create(HELLO), Error);
    assert(error.message.length < 2 << 20, "an error's body is cut");
    assertEquals((await rows()).map(({ outcome }) => outcome), ["ok", "failed"]);
  }),
);
