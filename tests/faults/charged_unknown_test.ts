/** An answer that is lost or cannot be read is charged the tokens that were reserved for it: unknown is not zero. */
import type OpenAI from "openai";
import { gzipSync } from "node:zlib";
import { assert, assertEquals } from "../support/assert.ts";
import type { Exchange } from "../support/upstream.ts";
import { type Room, withUpstream } from "../integration/room.ts";
import type { Upstream } from "../support/upstream.ts";

const CALLS = 6;
const INPUT = 8000;

/** The least that is reserved for the input, which is estimated. */
const LEAST = INPUT * 0.95;

/** Each repetition is four characters and one token. */
const CHAT = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "the ".repeat(INPUT) }] };

/** Two calls of 8,000 tokens with their answers fit, a third may. */
const LIMITS = { tokens_per_minute: 20_000 };

type Call = (client: OpenAI, room: Room<Upstream>) => Promise<unknown>;

const plainCall: Call = (client) => client.chat.completions.create(CHAT);

const streamCall: Call = async (client) => {
  for await (const _ of await client.chat.completions.create({ ...CHAT, stream: true })) { /* read */ }
};

const responseCall: Call = (client) => client.responses.create({ model: "gpt-5.4", input: "the ".repeat(INPUT) });

const embeddingCall: Call = (client) =>
  client.embeddings.create({ model: "text-embedding-4", input: "the ".repeat(INPUT), encoding_format: "float" });

/** The caller leaves as soon as the upstream has the request. */
const abortedCall: Call = async (client, { upstream }) => {
  const left = new AbortController();
  const taken = upstream.take();
  const answer = client.chat.completions.create(CHAT, { signal: left.signal });
  answer.catch(() => {});
  const exchange = await Promise.race([taken, answer.then(() => null, () => null)]);
  if (exchange === null) throw new Error("refused");
  left.abort();
  await exchange.ended;
  await answer;
};

const JSON_HEAD = { "content-type": "application/json" };

async function part(exchange: Exchange, body: string, headers: Record<string, string>): Promise<void> {
  exchange.start(200, headers);
  await exchange.write(body);
  exchange.cut();
}

const LOST: [name: string, call: Call, reply: (exchange: Exchange) => void | Promise<void>][] = [
  ["the line is lost before the first byte", plainCall, (exchange) => exchange.cut()],
  ["the line is lost in the head of a stream", streamCall, (exchange) => exchange.cut()],
  [
    "the line is lost inside JSON",
    plainCall,
    (exchange) => part(exchange, '{"id":"chatcmpl-1","choices":[', JSON_HEAD),
  ],
  ["the line is lost inside the JSON of a response", responseCall, (exchange) => part(exchange, "{", JSON_HEAD)],
  ["the line is lost before embeddings", embeddingCall, (exchange) => exchange.cut()],
  ["the line is lost inside a stream", streamCall, async (exchange) => {
    exchange.startStream();
    await exchange.event({ choices: [{ index: 0, delta: { content: "Hello" } }] });
    exchange.cut();
  }],
  ["a stream is lost before its first event", streamCall, (exchange) => {
    exchange.startStream();
    exchange.cut();
  }],
  ["the caller aborts", abortedCall, (exchange) => exchange.cut()],
  ["a page of HTML with status 200", plainCall, (exchange) => {
    exchange.raw("<html></html>", 200, { "content-type": "text/html" });
  }],
  ["JSON that does not parse", plainCall, (exchange) => exchange.raw('{"choices":[}', 200, JSON_HEAD)],
  ["JSON without usage", plainCall, (exchange) => exchange.json({ choices: [] })],
  ["bytes that are not gzip", plainCall, (exchange) => {
    exchange.raw("not gzip", 200, { ...JSON_HEAD, "content-encoding": "gzip" });
  }],
  ["gzip that ends too early", plainCall, (exchange) => {
    const packed = gzipSync(JSON.stringify({ choices: [], usage: {} }));
    exchange.raw(packed.subarray(0, 20), 200, { ...JSON_HEAD, "content-encoding": "gzip" });
  }],
];

for (const [name, call, reply] of LOST) {
  for (const transport of ["client", "gateway"] as const) {
    Deno.test(
      `FAULT 68: ${name}, through the ${transport}: six calls of 8,000 tokens do not fit into a limit of 20,000`,
      withUpstream(async (room) => {
        room.upstream.reply(reply);
        const { client } = room.clients().find(({ name }) => name === transport)!;
        for (let sent = 0; sent < CALLS; sent++) await call(client, room).catch(() => {});
        const rows = await room.rows();
        assert(rows.length === 2 || rows.length === 3, `${rows.length} admitted`);
        const { stats, usage } = room.service.tracker.status("acme");
        assert(stats.tokens_per_minute!.current >= rows.length * LEAST, `${stats.tokens_per_minute!.current} charged`);
        const unknown = rows.filter(({ usage_source }) => usage_source === "unknown");
        for (const { charged_tokens } of unknown) assert(charged_tokens! >= LEAST, `${charged_tokens} charged`);
        assertEquals(usage.charged_tokens, unknown.reduce((sum, row) => sum + row.charged_tokens!, 0));
      }, { limits: LIMITS }),
    );
  }
}

const REFUSED: [name: string, reply: (exchange: Exchange) => void | Promise<void>][] = [
  ["a refusal", (exchange) => exchange.json({ error: { message: "no", code: "invalid_request_error" } }, 400)],
  ["a failure of the provider", (exchange) => exchange.json({ error: { message: "later" } }, 503)],
  ["a refusal whose body is lost", async (exchange) => {
    exchange.start(500, JSON_HEAD);
    await exchange.write('{"error":');
    exchange.cut();
  }],
  ["a refusal that is not JSON", (exchange) => exchange.raw("Bad Gateway", 502, { "content-type": "text/plain" })],
];

for (const [name, reply] of REFUSED) {
  Deno.test(
    `FAULT 68: ${name} uses no tokens, and is charged none`,
    withUpstream(async ({ clients, upstream, rows, service }) => {
      upstream.reply(reply);
      for (const { client } of clients()) await client.chat.completions.create(CHAT).catch(() => {});
      const told = (await rows()).map(({ usage_source, charged_tokens }) => [usage_source, charged_tokens]);
      assertEquals(told, Array(2).fill(["none", null]));
      assertEquals(service.tracker.status("acme").stats.tokens_per_minute?.current, 0);
    }, { limits: { tokens_per_minute: 20_000 } }),
  );
}

Deno.test(
  "FAULT 68: calls that could not be sent are charged nothing",
  withUpstream(async ({ clients, upstream, rows, service }) => {
    await upstream.close();
    for (const { client } of clients()) await client.chat.completions.create(CHAT).catch(() => {});
    assertEquals(await rows(), []);
    const { current, reserved } = service.tracker.status("acme").stats.tokens_per_minute!;
    assertEquals([current, reserved], [0, 0]);
  }, { limits: LIMITS }),
);
