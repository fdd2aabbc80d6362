import OpenAI from "openai";
import { assertEquals, assertRejects } from "../support/assert.ts";
import type { Exchange, Reply, Upstream } from "../support/upstream.ts";
import { chatChunks } from "../support/upstream_bodies.ts";
import { HELLO, type Room, withUpstream } from "./room.ts";

const REFUSAL = {
  error: { message: "Unrecognized request argument supplied: stream_options", type: "invalid_request_error" },
};

async function stream(exchange: Exchange): Promise<void> {
  exchange.startStream();
  for (const chunk of chatChunks("gpt-5.4", false)) await exchange.event(chunk);
  exchange.end();
}

/** An upstream that refuses every call with `stream_options` this way, and streams the answer to the others. */
function refusing(refuse: Reply): Reply {
  return (exchange) => exchange.entry.json?.stream_options === undefined ? stream(exchange) : refuse(exchange);
}

/** Reads a stream through the gateway; returns its text. */
async function read({ plain }: Room<Upstream>, body: object = {}): Promise<string> {
  return await readWith(plain(), body);
}

async function readWith(client: OpenAI, body: object = {}): Promise<string> {
  let text = "";
  const chunks = await client.chat.completions.create({ ...HELLO, ...body, stream: true });
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}

/** Whether each request so far had the option. */
const asked = ({ upstream }: Room<Upstream>) => upstream.entries.map(({ json }) => json?.stream_options !== undefined);

const WAYS: Record<string, Reply> = {
  "in OpenAI's shape": (exchange) => exchange.json(REFUSAL, 400),
  "as FastAPI does": (exchange) =>
    exchange.json({ detail: [{ type: "extra_forbidden", loc: ["body", "stream_options"], msg: "Extra" }] }, 422),
  "in plain text": (exchange) => exchange.raw("unknown field stream_options", 400, { "content-type": "text/plain" }),
  "without a content type": (exchange) => exchange.raw("Extra inputs are not permitted", 400),
  "with a stream's content type": (exchange) =>
    exchange.raw(`data: ${JSON.stringify(REFUSAL)}\n\n`, 400, { "content-type": "text/event-stream" }),
  "in a binary type": (exchange) => exchange.raw("include_usage", 400, { "content-type": "application/octet-stream" }),
  "without a body": (exchange) => exchange.raw("", 400),
};

for (const [way, refuse] of Object.entries(WAYS)) {
  Deno.test(
    `FAULT 69: a stream that is refused ${way} because usage was requested is sent again without that, once`,
    withUpstream(async (room) => {
      room.upstream.reply(refusing(refuse));
      const direct = new OpenAI({ baseURL: room.upstream.url, apiKey: "sk-caller" });
      let expected = "";
      for await (const chunk of await direct.chat.completions.create({ ...HELLO, stream: true })) {
        expected += chunk.choices[0]?.delta.content ?? "";
      }
      assertEquals(await read(room), expected);
      assertEquals(asked(room), [false, true, false]);
      const told = (await room.rows()).map((row) => [row.outcome, row.usage_source, row.retry, row.http_status]);
      const { entries } = room.upstream;
      assertEquals(told, [["failed", "none", 0, entries[1].status], ["ok", "estimated", 1, 200]]);
      assertEquals(entries[2].body, entries[0].body);
    }),
  );
}

Deno.test(
  "the refusal is remembered for the model alone",
  withUpstream(async (room) => {
    room.upstream.reply(refusing((exchange) => exchange.json(REFUSAL, 400)));
    for (const model of ["a", "a", "b", "a", "b"]) await read(room, { model });
    assertEquals(asked(room), [true, false, false, true, false, false, false]);
    assertEquals((await room.rows()).map(({ model, outcome }) => [model, outcome === "ok"]), [
      ["a", false],
      ["gpt-5.4", true],
      ["gpt-5.4", true],
      ["b", false],
      ["gpt-5.4", true],
      ["gpt-5.4", true],
      ["gpt-5.4", true],
    ]);
  }),
);

Deno.test(
  "a large body is sent again as it came, and the caller's own options stay",
  withUpstream(async (room) => {
    room.upstream.reply(refusing((exchange) => exchange.json(REFUSAL, 400)));
    const messages = [{ role: "user" as const, content: "x".repeat(300_000) }];
    await read(room, { messages });
    const [first, second] = room.upstream.entries;
    assertEquals([first.json?.stream_options, second.json], [{ include_usage: true }, {
      ...HELLO,
      messages,
      stream: true,
    }]);
    const options = { include_obfuscation: false };
    room.upstream.reply((exchange) =>
      (exchange.entry.json?.stream_options as { include_usage?: boolean }).include_usage
        ? exchange.json(REFUSAL, 400)
        : stream(exchange)
    );
    await read(room, { model: "other", stream_options: options });
    assertEquals(room.upstream.entries.slice(2).map(({ json }) => json?.stream_options), [
      { ...options, include_usage: true },
      options,
    ]);
  }),
);

Deno.test(
  "an error with another cause reaches the caller as it is, after one attempt",
  withUpstream(async (room) => {
    const error = { message: "Invalid value for 'temperature'", param: "temperature", code: null, type: "x" };
    room.upstream.reply((exchange) => exchange.json({ error }, 400));
    const failure = await assertRejects(() => read(room), OpenAI.BadRequestError);
    assertEquals([failure.param, room.upstream.entries.length], ["temperature", 1]);
  }),
);

Deno.test(
  "when the second attempt fails as well, the caller gets its error, and nothing is remembered",
  withUpstream(async (room) => {
    room.upstream.reply((exchange) => exchange.json({ error: { message: "unknown field", code: "odd" } }, 400));
    for (let nth = 0; nth < 2; nth++) {
      const failure = await assertRejects(() => read(room), OpenAI.BadRequestError);
      assertEquals(failure.code, "odd");
    }
    assertEquals(asked(room), [true, false, true, false]);
  }),
);

Deno.test(
  "a caller who requests usage themselves gets the refusal",
  withUpstream(async (room) => {
    room.upstream.reply(refusing((exchange) => exchange.json(REFUSAL, 400)));
    await assertRejects(() => read(room, { stream_options: { include_usage: true } }), OpenAI.BadRequestError);
    assertEquals(asked(room), [true]);
  }),
);

Deno.test(
  "a full limit does not refuse the second attempt, which the caller did not cause",
  withUpstream(async (room) => {
    room.upstream.reply(refusing((exchange) => exchange.json(REFUSAL, 400)));
    assertEquals((await read(room)).length > 0, true);
    assertEquals(room.service.tracker.status("acme").stats.requests_per_minute?.current, 2);
  }, { limits: { requests_per_minute: 1 } }),
);

Deno.test(
  "with the setting off, usage is never requested, and is estimated",
  withUpstream(async (room) => {
    room.upstream.reply(refusing((exchange) => exchange.json(REFUSAL, 400)));
    await read(room);
    await read(room, { messages: [{ role: "user" as const, content: "x".repeat(300_000) }] });
    assertEquals(asked(room), [false, false]);
    assertEquals((await room.rows()).map(({ usage_source }) => usage_source), ["estimated", "estimated"]);
  }, { requests_usage: false }),
);

for (const [way, refuse] of Object.entries(WAYS)) {
  Deno.test(
    `tracked client: a stream that is refused ${way} is sent again without the request for usage, and the model remembered`,
    withUpstream(async (room) => {
      room.upstream.reply(refusing(refuse));
      const [first, second, ...more] = [await readWith(room.tracked()), await readWith(room.tracked())];
      assertEquals([first === second, first.length > 0, more], [true, true, []]);
      assertEquals(asked(room), [true, false, false]);
      const told = (await room.rows()).map((row) => [row.outcome, row.usage_source, row.retry]);
      assertEquals(told, [["failed", "none", 0], ["ok", "estimated", 1], ["ok", "estimated", 0]]);
      assertEquals(new Set((await room.rows()).map(({ call_id }) => call_id)).size, 2);
    }, { limits: { requests_per_minute: 3 } }),
  );
}

Deno.test(
  "tracked client: another error, and the caller's own request for usage, reach the caller after one attempt",
  withUpstream(async (room) => {
    const error = { message: "Invalid value for 'temperature'", param: "temperature", code: null, type: "x" };
    room.upstream.reply((exchange) => exchange.json({ error }, 400));
    const failure = await assertRejects(() => readWith(room.tracked()), OpenAI.BadRequestError);
    room.upstream.reply(refusing((exchange) => exchange.json(REFUSAL, 400)));
    const own = { stream_options: { include_usage: true } };
    await assertRejects(() => readWith(room.tracked(), own), OpenAI.BadRequestError, "stream_options");
    assertEquals([failure.param, asked(room)], ["temperature", [true, true]]);
  }),
);

Deno.test(
  "tracked client: with request_usage false, usage is never requested",
  withUpstream(async (room) => {
    const options = { request_usage: false } as object;
    await readWith(room.tracked(options));
    await readWith(room.tracked(options).withOptions({ timeout: 5000 }));
    assertEquals(asked(room), [false, false]);
    assertEquals((await room.rows()).map(({ usage_source }) => usage_source), ["estimated", "estimated"]);
  }),
);
