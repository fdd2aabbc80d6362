import OpenAI from "openai";
import { nextTurn } from "../integration/room.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import type { AttemptResult } from "../../server/attempts/recorder.ts";
import { tokenizerLoaded } from "../../server/attempts/tokens/text_tokens.ts";
import { ManualClock } from "../support/clock.ts";
import { eventually } from "../support/eventually.ts";
import { withGateway } from "../support/gateway_server.ts";
import type { Reply } from "../support/upstream.ts";
import { rest } from "../support/upstream_client.ts";
import { hang } from "../support/upstream_replies.ts";

const HELLO = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hello" }] };

// The first estimate waits for the tokenizer.
await tokenizerLoaded();

/** Milliseconds that an upstream may be silent in these tests, and those that pass in a turn of the event loop. */
const SILENCE_MS = 250, STEP_MS = 25;

/** Lets time pass until a call has ended. */
async function passTime<T>(clock: ManualClock, call: Promise<T>): Promise<T> {
  let hasEnded = false;
  const ended = call.finally(() => hasEnded = true);
  ended.catch(() => {});
  while (!hasEnded) {
    clock.advance(STEP_MS);
    await nextTurn();
  }
  return ended;
}

Deno.test("FAULT 20: an upstream that sends nothing is given up, before its head and in a stream, settled once", async () => {
  const settled: AttemptResult[] = [];
  const recorder = { reserve: () => ({ settle: (result: AttemptResult) => void settled.push(result), release() {} }) };
  const time = new ManualClock();
  await withGateway(
    { recorder, timeouts: { first_byte_ms: SILENCE_MS, silence_ms: SILENCE_MS, clock: time } },
    async ({ url, provider, clock }) => {
      const client = new OpenAI({ baseURL: url, apiKey: "sk-caller", maxRetries: 0 });
      // The first call opens a connection that the second uses again: Deno's own client would send on it twice.
      await client.chat.completions.create(HELLO);
      rest(clock);
      const taken = provider.take();
      const call = client.chat.completions.create(HELLO);
      await taken;
      const error = await assertRejects(() => passTime(time, call), OpenAI.InternalServerError);
      assertEquals([error.status, error.code], [504, "upstream_timeout"]);
      provider.once(async (exchange) => {
        exchange.startStream();
        await exchange.event({ choices: [{ index: 0, delta: { content: "Hello" } }] });
        await exchange.ended;
      });
      const chunks = (await client.chat.completions.create({ ...HELLO, stream: true }))[Symbol.asyncIterator]();
      await chunks.next();
      const before = time.now();
      await assertRejects(() => passTime(time, chunks.next()), Error);
      assert(time.now() - before >= SILENCE_MS);
      const told = settled.map(({ outcome, error_code, usage_source }) => [outcome, error_code, usage_source]);
      assertEquals(told, [
        ["ok", null, "counted"],
        ["failed", "timeout", "unknown"],
        ["failed", "timeout", "estimated"],
      ]);
      await eventually(() => assertEquals(provider.entries.map(({ end }) => end), ["complete", "left", "left"]));
    },
  );
});

const chat = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(HELLO) };
const part = JSON.stringify({ choices: [{ index: 0, delta: { content: "Hello" } }] });

/** An upstream that is silent before its response, or within it: a stream or JSON. */
const SILENT: Record<string, Reply> = {
  "before the response": hang,
  "in a stream": async (exchange) => {
    exchange.startStream();
    await exchange.event(part);
    await exchange.ended;
  },
  "in JSON": async (exchange) => {
    exchange.start(200, { "content-type": "application/json", "content-length": "1000" });
    await exchange.write(part);
    await exchange.ended;
  },
  "in an error": async (exchange) => {
    exchange.start(500, { "content-type": "application/json", "content-length": "1000" });
    await exchange.write(part);
    await exchange.ended;
  },
  "in a file": async (exchange) => {
    exchange.start(200, { "content-type": "audio/mpeg", "content-length": "1000" });
    await exchange.write(part);
    await exchange.ended;
  },
};

/** How a call ends: the code of its error, or `cut` for a response that was begun. */
async function ending(url: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, { ...chat, headers: { ...chat.headers, ...headers } });
  if (response.ok) return await response.text().then(() => "whole", () => "cut");
  const { error } = await response.json();
  assertEquals(response.status, 504);
  assertStringIncludes(error.message, "X-Quota-");
  return error.message.includes("within its response") ? `${error.code} within` : `${error.code} before`;
}

const LONG = 3_600_000;
const ENDINGS: [where: string, ends: string][] = [
  ["before the response", "upstream_timeout before"],
  ["in a stream", "cut"],
  ["in JSON", "cut"],
  ["in an error", "upstream_timeout within"],
  ["in a file", "cut"],
];

for (const [where, ends] of ENDINGS) {
  Deno.test(`FAULT 20: silence ${where} has its own time, by setting and by header`, async () => {
    const isBefore = where === "before the response";
    const clock = new ManualClock();
    const began = clock.now();
    const short = isBefore
      ? { first_byte_ms: SILENCE_MS, silence_ms: LONG }
      : { first_byte_ms: LONG, silence_ms: SILENCE_MS };
    await withGateway({ timeouts: { ...short, clock } }, async ({ url, provider }) => {
      provider.reply(SILENT[where]);
      assertEquals(await passTime(clock, ending(url, {})), ends);
      assert(clock.now() - began >= SILENCE_MS);
    });
    const name = isBefore ? "x-quota-first-byte-timeout" : "X-Quota-Silence-Timeout";
    const long = isBefore ? "x-quota-silence-timeout" : "x-quota-first-byte-timeout";
    await withGateway({ timeouts: { first_byte_ms: LONG, silence_ms: LONG, clock } }, async ({ url, provider }) => {
      provider.reply(SILENT[where]);
      for (const time of ["250ms", "0.25s"]) {
        assertEquals(await passTime(clock, ending(url, { [name]: time, [long]: "2h" })), ends);
      }
    });
  });
}

for (const [silence, ends] of [["24h", "whole"], ["60ms", "cut"]]) {
  Deno.test(`a call that asks for other times than the service's gets them, in each phase: ${ends}`, async () => {
    const clock = new ManualClock();
    await withGateway({ timeouts: { first_byte_ms: 50, silence_ms: 50, clock } }, async ({ url, provider }) => {
      const asked = { "x-quota-first-byte-timeout": "7200", "x-quota-silence-timeout": silence };
      const called = fetch(`${url}/chat/completions`, { ...chat, headers: { ...chat.headers, ...asked } });
      const exchange = await provider.take();
      clock.advance(200);
      exchange.startStream();
      await exchange.event(part);
      const reader = (await called).body!.getReader();
      await reader.read();
      clock.advance(200);
      if (ends === "whole") exchange.end();
      assertEquals(await reader.read().then(({ done }) => done ? "whole" : "more", () => "cut"), ends);
    });
  });
}

Deno.test("a time that is not a duration up to a day is refused in words, and nothing is sent", async () => {
  await withGateway({}, async ({ url, provider }) => {
    for (const name of ["x-quota-first-byte-timeout", "x-quota-silence-timeout"]) {
      for (const time of ["soon", "", "0", "0s", "-1", "25h", "86401", "1e3", "2 h", "1h, 2h"]) {
        const response = await fetch(`${url}/chat/completions`, {
          ...chat,
          headers: { ...chat.headers, [name]: time },
        });
        const { error } = await response.json();
        assertEquals([response.status, error.code], [400, "invalid_request"], `${name}: ${time}`);
        assertStringIncludes(error.message, "a duration up to 24h");
      }
    }
    assertEquals(provider.entries.length, 0);
  });
});
