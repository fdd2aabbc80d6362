import type OpenAI from "openai";
import { assert, assertEquals } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import type { Exchange, Upstream } from "../support/upstream.ts";
import { HELLO, type Room, withUpstream } from "./room.ts";

/** Milliseconds between the end of the answer and its usage. */
const LATE_MS = 30;

const usage = { prompt_tokens: 7, completion_tokens: 13, total_tokens: 20 };
const text = { model: "gpt-5.4", choices: [{ index: 0, delta: { content: "Hello" }, finish_reason: null }] };
const stop = { model: "gpt-5.4", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Sends an answer, its usage late, then the end. */
async function lateUsage(exchange: Exchange): Promise<void> {
  exchange.startStream();
  for (const event of [text, stop]) await exchange.event(event);
  await delay(LATE_MS);
  for (const event of [{ ...stop, choices: [], usage }, "[DONE]"]) await exchange.event(event);
  exchange.end();
}

async function leaveAtReason(client: OpenAI): Promise<void> {
  for await (const chunk of await client.chat.completions.create({ ...HELLO, stream: true })) {
    if (chunk.choices[0].finish_reason) break;
  }
}

/** The row of the only attempt, when it has ended. */
async function ended({ rows }: Room<Upstream>) {
  let all: Awaited<ReturnType<typeof rows>> = [];
  await eventually(async () => assertEquals((all = await rows()).length, 1));
  const [{ outcome, usage_source, usage }] = all;
  return [outcome, usage_source, usage.total_tokens];
}

Deno.test(
  "FAULT 78: a caller of the gateway who leaves at the reason of the end is counted exactly",
  withUpstream(async (room) => {
    room.upstream.reply(lateUsage);
    await leaveAtReason(room.plain());
    assertEquals(await ended(room), ["ok", "counted", 20]);
    assertEquals(room.upstream.entries[0].end, "complete");
  }),
);

Deno.test(
  "the same for older completions, two choices, and a response that is left at its last part",
  withUpstream(async ({ gateway, upstream, rows }) => {
    const choice = (index: number) => ({ choices: [{ index, delta: {}, finish_reason: "stop" }] });
    const completed = { type: "response.completed", response: { usage: { input_tokens: 7, output_tokens: 13 } } };
    const cases: [path: string, last: object, late: object][] = [
      ["/completions", { choices: [{ index: 0, text: "", finish_reason: "length" }] }, { choices: [], usage }],
      ["/chat/completions", choice(1), { choices: [], usage }],
      ["/responses", { type: "response.output_text.done", text: "Hello" }, completed],
      ["/chat/completions", { ...stop, usage: null }, { choices: [], x_groq: {}, usage }],
    ];
    for (const [nth, [path, last, late]] of cases.entries()) {
      upstream.once(async (exchange) => {
        exchange.startStream();
        for (const event of [text, choice(0), last]) await exchange.event(event);
        await delay(LATE_MS);
        await exchange.event(late);
        exchange.end();
      });
      const left = new AbortController();
      const body = JSON.stringify({ ...HELLO, stream: true });
      const headers = { "content-type": "application/json" };
      const response = await fetch(gateway(path), { method: "POST", headers, body, signal: left.signal });
      let received = "";
      for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
        received += part;
        if (received.includes(JSON.stringify(last))) break;
      }
      left.abort();
      await eventually(async () => assertEquals((await rows()).length, nth + 1));
    }
    const told = (await rows()).map(({ usage_source, usage }) => [usage_source, usage.total_tokens]);
    assertEquals(told, cases.map(() => ["counted", 20]));
  }),
);

Deno.test(
  "usage that does not come is awaited for about a second, also while other bytes come",
  withUpstream(async (room) => {
    const endings: ((exchange: Exchange) => Promise<void>)[] = [
      (exchange) => exchange.ended,
      async (exchange) => {
        while (exchange.entry.end === "open") {
          await exchange.write(": still here\n\n");
          await delay(LATE_MS);
        }
      },
    ];
    for (const [nth, last] of endings.entries()) {
      room.upstream.once(async (exchange) => {
        exchange.startStream();
        for (const event of [text, stop]) await exchange.event(event);
        await last(exchange);
      });
      const began = performance.now();
      await leaveAtReason(room.plain());
      await eventually(() => assertEquals(room.upstream.entries[nth].end, "left"));
      const waited = performance.now() - began;
      assert(waited > 900 && waited < 2500, `${waited} ms`);
    }
    const told = (await room.rows()).map(({ outcome, usage_source }) => [outcome, usage_source]);
    assertEquals(told, endings.map(() => ["aborted", "estimated"]));
  }),
);

Deno.test(
  "a caller who leaves within the answer is not awaited",
  withUpstream(async (room) => {
    room.upstream.once(async (exchange) => {
      exchange.startStream();
      await exchange.event(text);
      await exchange.ended;
    });
    const began = performance.now();
    for await (const _ of await room.plain().chat.completions.create({ ...HELLO, stream: true })) break;
    await eventually(() => assertEquals(room.upstream.entries[0].end, "left"));
    assert(performance.now() - began < 800);
    assertEquals((await ended(room))[0], "aborted");
  }),
);

Deno.test(
  "a line that is lost while usage is awaited, and a stop of the service, end the attempt",
  withUpstream(async (room) => {
    room.upstream.once(async (exchange) => {
      exchange.startStream();
      for (const event of [text, stop]) await exchange.event(event);
      await delay(LATE_MS);
      exchange.cut();
    });
    await leaveAtReason(room.plain());
    assertEquals((await ended(room)).slice(0, 2), ["aborted", "estimated"]);
    room.upstream.once(async (exchange) => {
      exchange.startStream();
      for (const event of [text, stop]) await exchange.event(event);
      await exchange.ended;
    });
    await leaveAtReason(room.plain());
    await room.service.stop();
    assertEquals(room.service.tracker.inFlight, 0);
    assertEquals((await room.rows()).map(({ outcome }) => outcome), ["aborted", "aborted"]);
  }),
);
