import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { CHAT_USAGE, chatChunks } from "../support/upstream_bodies.ts";
import { cutAfter } from "../support/upstream_replies.ts";
import type { Exchange } from "../support/upstream.ts";
import { trackedFetch } from "../../server/client/fetch/tracked_fetch.ts";
import { HELLO, withUpstream } from "./room.ts";

const JSON_POST = { method: "POST", headers: { "content-type": "application/json" } };

Deno.test(
  "a stream arrives byte for byte as the upstream sent it, without the usage that the caller did not request",
  withUpstream(async ({ service, upstream, gateway }) => {
    const tracked = trackedFetch({ recorder: service.tracker, workspace_id: "acme" });
    const bytes: Uint8Array[] = [];
    let shown = 0;
    for (const include_usage of [true, false]) {
      const body = JSON.stringify({ ...HELLO, stream: true, stream_options: { include_usage } });
      const direct = new Uint8Array(
        await (await fetch(`${upstream.url}/chat/completions`, { ...JSON_POST, body })).bytes(),
      );
      const asked = JSON.stringify({ ...HELLO, stream: true, stream_options: { include_usage: true } });
      const whole = await (await fetch(`${upstream.url}/chat/completions`, { ...JSON_POST, body: asked })).text();
      const expected = include_usage ? whole : whole.replace(/data: [^\n]*"choices":\[\][^\n]*\n\n/, "");
      for (const [url, send] of [[upstream.url, tracked], [gateway(""), fetch]] as const) {
        const answer = await send(`${url}/chat/completions`, { ...JSON_POST, body });
        assertEquals(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
        const text = await answer.text();
        assertEquals(text, expected);
        shown += Number(text.includes("prompt_tokens"));
      }
      bytes.push(direct);
    }
    assertEquals([shown, bytes.length], [2, 2]);
  }),
);

Deno.test(
  "a chunk is passed on as it arrives, without waiting for the next",
  withUpstream(async ({ clients, upstream }) => {
    for (const { client } of clients()) {
      const taken = upstream.take();
      const answer = client.chat.completions.create({ ...HELLO, stream: true });
      const exchange = await taken;
      exchange.startStream();
      const chunks = (await answer)[Symbol.asyncIterator]();
      for (const content of ["One", "Two", "Three"]) {
        await exchange.event({ choices: [{ index: 0, delta: { content } }] });
        assertEquals((await chunks.next()).value?.choices[0].delta.content, content);
      }
      exchange.end();
      assertEquals((await chunks.next()).done, true);
    }
  }),
);

/** Sends three words, then keeps the connection open. */
async function threeWords(exchange: Exchange): Promise<void> {
  exchange.startStream();
  for (const chunk of chatChunks("gpt-5.4", true).slice(0, 4)) await exchange.event(chunk);
}

Deno.test(
  "a caller who stops reading ends the upstream's stream, and is counted with an estimate",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      const taken = upstream.take();
      const answer = client.chat.completions.create({ ...HELLO, stream: true });
      const exchange = await taken;
      await threeWords(exchange);
      let words = 0;
      for await (const chunk of await answer) {
        if (chunk.choices[0]?.delta.content && ++words === 3) break;
      }
      await exchange.ended;
    }
    assertEquals(upstream.entries.map(({ end }) => end), ["left", "left"]);
    for (const { outcome, usage_source, usage } of await rows()) {
      assertEquals([outcome, usage_source], ["aborted", "estimated"]);
      assert(usage.input_tokens > 0 && usage.output_tokens >= 3, JSON.stringify(usage));
    }
  }),
);

Deno.test(
  "aborts before the response and during a stream are counted as aborted",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      for (const begins of [false, true]) {
        const taken = upstream.take();
        const abort = new AbortController();
        const answer = client.chat.completions.create({ ...HELLO, stream: true }, { signal: abort.signal });
        const exchange = await taken;
        const read = (async () => {
          for await (const _ of await answer) abort.abort();
        })();
        if (begins) await threeWords(exchange);
        else abort.abort();
        await read.catch((error) => assertEquals(error.name === "Error" || error.name === "APIUserAbortError", true));
        await exchange.ended;
      }
    }
    const told = (await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]);
    const pair = [["aborted", "unknown"], ["aborted", "estimated"]];
    assertEquals(told, [...pair, ...pair]);
    assertEquals(upstream.entries.map(({ end }) => end), ["left", "left", "left", "left"]);
  }),
);

Deno.test(
  "a call with an aborted signal is not sent or counted",
  withUpstream(async ({ service, upstream, rows }) => {
    const tracked = trackedFetch({ recorder: service.tracker, workspace_id: "acme" });
    await assertRejects(() => tracked(`${upstream.url}/models`, { signal: AbortSignal.abort() }), DOMException);
    assertEquals([upstream.entries.length, (await rows()).length], [0, 0]);
  }),
);

Deno.test(
  "FAULT 21: if the upstream disconnects during a stream, so does the gateway; usage is estimated",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      upstream.once(cutAfter(3));
      await assertRejects(async () => {
        for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
      }, Error);
    }
    for (const { outcome, error_code, usage_source, usage } of await rows()) {
      assertEquals([outcome, error_code, usage_source], ["failed", "connection_lost", "estimated"]);
      assert(usage.total_tokens > 0);
    }
    assertEquals((await rows()).length, 2);
  }),
);

Deno.test(
  "FAULT 25: of cumulative usage on chunks with choices, the last counts",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      upstream.once(async (exchange) => {
        exchange.startStream();
        for (const completion_tokens of [2, 5, 8]) {
          const usage = { ...CHAT_USAGE, completion_tokens, total_tokens: 12 + completion_tokens };
          await exchange.event({ choices: [{ index: 0, delta: { content: "x" } }], usage });
        }
        await exchange.event("[DONE]");
        exchange.end();
      });
      let chunks = 0;
      for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) chunks++;
      assertEquals(chunks, 3);
    }
    assertEquals((await rows()).map(({ usage }) => usage.total_tokens), [20, 20]);
  }),
);

Deno.test(
  "a stream that is read as text or cloned counts once",
  withUpstream(async ({ tracked, rows }) => {
    const body = { ...HELLO, stream: true as const };
    const text = await (await tracked().chat.completions.create(body).asResponse()).text();
    assertEquals([text.includes("prompt_tokens"), text.includes("[DONE]")], [false, true]);
    const response = await tracked().chat.completions.create(body).asResponse();
    const copy = response.clone();
    assertEquals(await copy.text(), text);
    assertEquals(await response.text(), text);
    const whole = await tracked().chat.completions.create(HELLO).asResponse();
    const [one, two] = await Promise.all([whole.clone().json(), whole.json()]);
    assertEquals(one, two);
    const through = new Response((await tracked().chat.completions.create(body).asResponse()).body);
    assertEquals(await through.text(), text);
    const { data, response: raw } = await tracked().chat.completions.create(HELLO).withResponse();
    assertEquals([data.usage?.total_tokens, raw.status], [20, 200]);
    assertEquals(
      (await rows()).map((row) => [row.usage_source, row.usage.total_tokens]),
      Array(5).fill(["counted", 20]),
    );
  }),
);
