import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { createGateway } from "../../server/gateway/http/gateway.ts";
import { createUpstream } from "../../server/gateway/upstream/upstream.ts";
import type { AttemptResult } from "../../server/attempts/recorder.ts";
import { tokenizerLoaded } from "../../server/attempts/tokens/text_tokens.ts";
import { hang } from "../support/upstream_replies.ts";
import { startUpstream } from "../support/upstream.ts";

const HELLO = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hello" }] };

// The first estimate waits for it.
await tokenizerLoaded();

Deno.test("FAULT 20: an upstream that falls silent is given up, before its head and in mid-stream, settled once", async () => {
  const provider = await startUpstream();
  const settled: AttemptResult[] = [];
  const recorder = { reserve: () => ({ settle: (result: AttemptResult) => void settled.push(result), release() {} }) };
  const upstream = createUpstream(provider.url);
  const gateway = createGateway({ recorder, upstream, key: null, silence_ms: 250 });
  const server = createServer((request, response) => void gateway(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const client = new OpenAI({ baseURL, apiKey: "sk-caller", maxRetries: 0 });
  try {
    // Also on a connection that served before, which Deno would send again upon by itself.
    await client.chat.completions.create(HELLO);
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
  } finally {
    upstream.close();
    server.closeAllConnections();
    await Promise.all([provider.close(), new Promise((resolve) => server.close(resolve))]);
  }
});
