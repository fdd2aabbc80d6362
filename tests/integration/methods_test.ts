import OpenAI from "openai";
import { assert, assertEquals } from "../support/assert.ts";
import { brief, HELLO, withAiMock, withUpstream } from "./room.ts";

Deno.test(
  "every kind of call counts the upstream's usage, through the client and the gateway",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      assert(client instanceof OpenAI);
      assertEquals((await client.chat.completions.create(HELLO)).usage?.total_tokens, 20);
      assertEquals((await client.responses.create({ model: "gpt-5.4", input: "Hello" })).output_text, "All is well.");
      assertEquals((await client.embeddings.create({ model: "e", input: "Hello" })).usage.total_tokens, 6);
      const parsed = await client.chat.completions.parse(HELLO);
      assertEquals(parsed.choices[0].message.content, "All is well.");
    }
    const four = [
      ["chat/completions", "ok", "counted", 20],
      ["responses", "ok", "counted", 20],
      ["embeddings", "ok", "counted", 6],
      ["chat/completions", "ok", "counted", 20],
    ];
    assertEquals((await rows()).map(brief), [...four, ...four]);
    assertEquals(upstream.entries.length, 8);
  }),
);

Deno.test(
  "every kind of stream counts the upstream's usage",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) { /* read */ }
      const asked = { ...HELLO, stream: true as const, stream_options: { include_usage: true } };
      for await (const _ of await client.chat.completions.create(asked)) { /* read */ }
      assertEquals(await client.chat.completions.stream(HELLO).finalContent(), "All is well.");
      for await (const _ of await client.responses.create({ model: "gpt-5.4", input: "Hello", stream: true })) { /**/ }
    }
    const counted = (await rows()).map((row) => [row.outcome, row.usage_source, row.usage, row.stream]);
    const usage = {
      input_tokens: 12,
      cached_input_tokens: 4,
      output_tokens: 8,
      reasoning_tokens: 2,
      total_tokens: 20,
    };
    assertEquals(counted, Array(8).fill(["ok", "counted", usage, true]));
    assertEquals(upstream.entries.length, 8);
  }),
);

Deno.test(
  "each request of runTools is an attempt",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      upstream.once((exchange) => exchange.json(TOOL_CALL));
      const runner = client.chat.completions.runTools({
        ...HELLO,
        tools: [{
          type: "function",
          function: { name: "now", description: "", parameters: {}, function: () => "noon" },
        }],
      });
      assertEquals(await runner.finalContent(), "All is well.");
    }
    assertEquals((await rows()).map(brief), Array(4).fill(["chat/completions", "ok", "counted", 20]));
    assertEquals(upstream.entries.length, 4);
  }),
);

Deno.test(
  "files, models and binary responses work and count no tokens",
  withUpstream(async ({ clients, upstream, rows }) => {
    for (const { client } of clients()) {
      upstream.once((exchange) => exchange.json({ id: "file-1", object: "file" }));
      const file = new File(["a line"], "a.jsonl");
      assertEquals((await client.files.create({ file, purpose: "batch" })).id, "file-1");
      upstream.once((exchange) => exchange.json({ object: "list", data: [{ id: "gpt-5.4" }] }));
      assertEquals((await client.models.list()).data.length, 1);
      upstream.once((exchange) => exchange.raw(new Uint8Array([1, 2, 255]), 200, { "content-type": "audio/mpeg" }));
      const speech = await client.audio.speech.create({ model: "tts-1", voice: "alloy", input: "Hello" });
      assertEquals(new Uint8Array(await speech.arrayBuffer()), new Uint8Array([1, 2, 255]));
      upstream.once((exchange) => exchange.raw("", 204));
      await client.delete("/files/file-1");
    }
    const none = ["files", "models", "audio/speech", "files/file-1"].map((path) => [path, "ok", "none", 0]);
    assertEquals((await rows()).map(brief), [...none, ...none]);
    assertEquals(upstream.entries.length, 8);
    assert(upstream.entries[0].body.includes("a line"));
    assertEquals(upstream.entries[4].body.includes("a line"), true);
  }),
);

Deno.test(
  "the counted tokens are those in the journal of an independent mock upstream",
  withAiMock(async ({ clients, upstream, rows, service }) => {
    for (const { client } of clients()) {
      for (const content of ["One", "Two words", "Three words now"]) {
        const question = { model: "gpt-5.4", messages: [{ role: "user" as const, content }] };
        await client.chat.completions.create(question);
        for await (const _ of await client.chat.completions.create({ ...question, stream: true })) { /* read */ }
        for await (const _ of await client.responses.create({ model: "gpt-5.4", input: content, stream: true })) {
          /**/
        }
        await client.responses.stream({ model: "gpt-5.4", input: content }).finalResponse();
      }
      await client.embeddings.create({ model: "e", input: "Hello" });
    }
    const journal = upstream.journal();
    const said = journal.map((line) => [line.path.slice("/v1/".length), line.input_tokens, line.output_tokens]);
    const counted = (await rows()).map(({ endpoint, usage }) => [endpoint, usage.input_tokens, usage.output_tokens]);
    assertEquals(counted, said);
    const { usage } = service.tracker.status("acme");
    assertEquals([usage.attempts, usage.calls, usage.failed, usage.estimated_calls], [26, 26, 0, 0]);
    assertEquals(usage.total_tokens, journal.reduce((sum, line) => sum + line.input_tokens + line.output_tokens, 0));
  }),
);

const TOOL_CALL = {
  id: "chatcmpl-2",
  object: "chat.completion",
  created: 1_795_000_000,
  model: "gpt-5.4",
  choices: [{
    index: 0,
    finish_reason: "tool_calls",
    logprobs: null,
    message: {
      role: "assistant",
      content: null,
      refusal: null,
      tool_calls: [{ id: "call-1", type: "function", function: { name: "now", arguments: "{}" } }],
    },
  }],
  usage: { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 },
};
