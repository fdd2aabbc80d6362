import OpenAI from "openai";
import { assertEquals, assertRejects } from "../support/assert.ts";
import type { AttemptResult } from "../../server/attempts/recorder.ts";
import { tokenizerLoaded } from "../../server/attempts/tokens/text_tokens.ts";
import { withGateway } from "../support/gateway_server.ts";
import { rest } from "../support/upstream_client.ts";
import { hang } from "../support/upstream_replies.ts";

const HELLO = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hello" }] };

// The first estimate waits for the tokenizer.
await tokenizerLoaded();

Deno.test("FAULT 20: an upstream that sends nothing is given up, before its head and in a stream, settled once", async () => {
  const settled: AttemptResult[] = [];
  const recorder = { reserve: () => ({ settle: (result: AttemptResult) => void settled.push(result), release() {} }) };
  await withGateway({ recorder, idle_timeout_ms: 250 }, async ({ url, provider, clock }) => {
    const client = new OpenAI({ baseURL: url, apiKey: "sk-caller", maxRetries: 0 });
    // The first call opens a connection that the second uses again: Deno's own client would send on it twice.
    await client.chat.completions.create(HELLO);
    rest(clock);
    provider.once(hang);
    const error = await assertRejects(() => client.chat.completions.create(HELLO), OpenAI.InternalServerError);
    assertEquals([error.status, error.code], [504, "upstream_timeout"]);
    provider.once(async (exchange) => {
      exchange.startStream();
      await exchange.event({ choices: [{ index: 0, delta: { content: "Hello" } }] });
      await exchange.ended;
    });
    await assertRejects(async () => {
      for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
    }, Error);
    const told = settled.map(({ outcome, error_code, usage_source }) => [outcome, error_code, usage_source]);
    assertEquals(told, [
      ["ok", null, "counted"],
      ["failed", "timeout", "unknown"],
      ["failed", "timeout", "estimated"],
    ]);
    assertEquals(provider.entries.map(({ end }) => end), ["complete", "left", "left"]);
  });
});
