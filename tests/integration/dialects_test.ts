/** Answers in the dialects of other providers: each passes unchanged, and is counted. */
import { assertEquals } from "../support/assert.ts";
import type { Exchange, Upstream } from "../support/upstream.ts";
import { brief, type Room, withUpstream } from "./room.ts";

const encoder = new TextEncoder();
const CHAT = '{"model":"m","messages":[{"role":"user","content":"Hello"}]}';
const STREAM = CHAT.replace("{", '{"stream":true,');
const usage = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 };
const delta = { choices: [{ index: 0, delta: { content: "Hi" } }] };

/** Sends a request through the gateway and through the fetch of a tracked client, and returns both bodies. */
async function both({ gateway, tracked }: Room<Upstream>, path: string, body: string): Promise<string[]> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  const client = tracked();
  const answered = await client.post(path, { body: JSON.parse(body) }).asResponse();
  return [await (await fetch(gateway(path), init)).text(), await answered.text()];
}

/** Sends bytes in pieces of this size. */
const pieces = (text: string, size: number, type: string) => async (exchange: Exchange) => {
  exchange.start(200, type ? { "content-type": type } : {});
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += size) await exchange.write(bytes.subarray(at, at + size));
  exchange.end();
};

const event = (data: object | string, name = "") =>
  `${name && `event: ${name}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

Deno.test(
  "usage is counted wherever a body or a stream has it, and the caller gets every byte of it",
  withUpstream(async (room) => {
    const { upstream, rows } = room;
    const bodies = [
      { choices: [{ ...delta.choices[0], usage }] },
      { ...delta, x_groq: { usage } },
      { ...delta, usage: { prompt_tokens: "12", completion_tokens: "8" } },
      { ...delta, usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 20, reasoning_tokens: 2 } },
      { usage: { input_tokens: 2, cache_read_input_tokens: 10, output_tokens: 8 }, content: [] },
    ].map((body) => JSON.stringify(body));
    for (const body of bodies) {
      upstream.reply(pieces(body, 7, "application/json"));
      assertEquals(await both(room, "/chat/completions", CHAT), [body, body]);
      const stream = event(delta) + event(body) + event("[DONE]");
      upstream.reply(pieces(stream, 7, "text/event-stream"));
      assertEquals(await both(room, "/chat/completions", STREAM), [stream, stream]);
    }
    const told = (await rows()).map(brief);
    assertEquals(told, Array(4 * bodies.length).fill(["chat/completions", "ok", "counted", 20]));
  }),
);

Deno.test(
  "usage is counted first or last in an answer of megabytes, as JSON and as a stream",
  withUpstream(async (room) => {
    const { upstream, rows } = room;
    const picture = { data: [{ b64_json: "iVBORw0KGgo".repeat(600_000) }, { b64_json: "AAAA".repeat(500_000) }] };
    const table = { data: Array.from({ length: 4000 }, (_, index) => ({ index, embedding: [index / 7, -1e-9] })) };
    const counts = [{ usage }, { usage: { total_tokens: 20 } }, { usage: { input_tokens: "20" } }];
    let calls = 0;
    for (const count of counts) {
      for (const filler of [picture, table]) {
        for (const whole of [{ ...count, ...filler }, { ...filler, ...count }]) {
          const body = JSON.stringify(whole);
          upstream.reply(pieces(body, 1 << 20, "application/json"));
          const answers = await both(room, "/embeddings", '{"model":"m","input":"x"}');
          assertEquals(answers.map((answer) => answer === body), [true, true]);
          const end = { type: "image_generation.completed", ...whole };
          const stream = event({ type: "image_generation.partial_image", ...picture }) + event(end);
          upstream.reply(pieces(stream, 1 << 20, "text/event-stream"));
          const streams = await both(room, "/embeddings", '{"model":"m","input":"x","stream":true}');
          assertEquals(streams.map((answer) => answer === stream), [true, true]);
          calls += 4;
        }
      }
    }
    const told = (await rows()).map(({ usage_source, usage }) => [usage_source, usage.total_tokens]);
    assertEquals(told, Array(calls).fill(["counted", 20]));
  }),
);

Deno.test(
  "Anthropic's messages are counted, and reserved for",
  withUpstream(async (room) => {
    const { upstream, rows } = room;
    const message = { type: "message", role: "assistant", model: "claude", content: [{ type: "text", text: "Hi" }] };
    const counts = { input_tokens: 2, cache_creation_input_tokens: 4, cache_read_input_tokens: 6, output_tokens: 8 };
    const body = JSON.stringify({ ...message, usage: counts });
    upstream.reply(pieces(body, 1000, "application/json"));
    const request = CHAT.replace("{", '{"max_tokens":50,');
    assertEquals(await both(room, "/messages", request), [body, body]);
    const stream = event({ type: "message_start", message: { ...message, usage: { ...counts, output_tokens: 1 } } }) +
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } }) +
      event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 8 } }) +
      event({ type: "message_stop" });
    upstream.reply(pieces(stream, 11, "text/event-stream"));
    assertEquals(await both(room, "/messages", STREAM), [stream, stream]);
    const all = await rows();
    assertEquals(all.map(brief), Array(4).fill(["messages", "ok", "counted", 20]));
    const told = all.map(({ usage, model }) => [usage.input_tokens, usage.cached_input_tokens, model]);
    assertEquals(told, Array(4).fill([12, 6, "claude"]));
  }),
);

Deno.test(
  "an error inside a 200 is counted as failed, and the caller gets every byte of it",
  withUpstream(async (room) => {
    const { upstream, rows } = room;
    const error = { code: "overloaded", message: "m" };
    const bodies = [
      { error },
      { error: "overloaded" },
      { error, choices: [], usage },
      { code: 50501, message: "m", data: null },
      [{ error }],
      { object: "error", message: "m", type: "BadRequestError", code: 400 },
    ].map((body) => JSON.stringify(body));
    for (const body of bodies) {
      upstream.reply(pieces(body, 9, "application/json"));
      assertEquals(await both(room, "/chat/completions", CHAT), [body, body]);
    }
    const streams = [...bodies.slice(0, 4).map((body) => event(body)), event("overloaded", "error")];
    for (const end of streams) {
      const stream = event(delta) + end + event("[DONE]");
      upstream.reply(pieces(stream, 9, "text/event-stream"));
      assertEquals(await both(room, "/chat/completions", STREAM), [stream, stream]);
    }
    const told = (await rows()).map(({ outcome }) => outcome);
    assertEquals(told, Array(2 * (bodies.length + streams.length)).fill("failed"));
  }),
);

Deno.test(
  "a job that has failed is a successful call",
  withUpstream(async (room) => {
    const { upstream, rows } = room;
    for (const error of [null, {}, { code: "c", message: "m" }]) {
      for (const [path, object] of [["/videos", "video"], ["/fine_tuning/jobs", "fine_tuning.job"]]) {
        const body = JSON.stringify({ id: "job_1", object, status: "failed", error });
        upstream.reply(pieces(body, 9, "application/json"));
        assertEquals(await both(room, path, '{"model":"m"}'), [body, body]);
      }
    }
    assertEquals((await rows()).map(({ outcome }) => outcome), Array(12).fill("ok"));
  }),
);

Deno.test(
  "JSON values without line breaks between them are counted, and the caller gets every byte of them",
  withUpstream(async (room) => {
    const { upstream, rows } = room;
    const values = [delta, { ...delta, usage: null }, { ...delta, usage: { prompt_tokens: 1 } }, {
      choices: [],
      usage,
    }];
    const zeros = { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } };
    const answers = ["", " ", "\r", "\n", ","].flatMap((between) =>
      [values, [...values, zeros], [...Array(500).fill(delta), ...values]].map((all) =>
        all.map((value) => JSON.stringify(value)).join(between)
      )
    );
    let sent = 0;
    for (const answer of answers) {
      for (
        const [type, size] of [["application/x-ndjson", 1e6], ["application/json", 1e6], ["text/plain", 997]] as const
      ) {
        upstream.reply(pieces(answer, size, type));
        assertEquals(await both(room, "/chat/completions", STREAM), [answer, answer]);
        sent += 2;
      }
    }
    const told = (await rows()).map(({ outcome, usage_source, usage }) => [outcome, usage_source, usage.total_tokens]);
    assertEquals(told, Array(sent).fill(["ok", "counted", 20]));
  }),
);
