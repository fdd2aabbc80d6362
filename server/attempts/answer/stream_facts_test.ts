import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { chatChunks, responseEvents } from "../../../tests/support/upstream_bodies.ts";
import { createStreamCopy, readStream, recentFacts } from "./stream_facts.ts";

function copyOf(...events: (object | string)[]): ReturnType<typeof createStreamCopy> {
  const text = createStreamCopy("chat/completions");
  for (const event of events) {
    text.add(new TextEncoder().encode(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`));
  }
  return text;
}

function facts(...events: (object | string)[]) {
  return recentFacts(copyOf(...events), "chat/completions")!;
}

const content = (text: string) => ({ choices: [{ index: 0, delta: { content: text } }] });
const usage = (total: number) => ({ usage: { prompt_tokens: 10, completion_tokens: total - 10, total_tokens: total } });

Deno.test("model, usage and completion are read from chat and responses streams", () => {
  const chat = facts(...chatChunks("gpt-5.4", true), "[DONE]");
  assertEquals([chat.model, chat.usage?.total_tokens, chat.done, chat.error], ["gpt-5.4", 20, true, null]);
  const response = facts(...responseEvents("gpt-5.4"));
  assertEquals([response.model, response.usage?.total_tokens, response.done], ["gpt-5.4", 20, true]);
});

Deno.test("FAULT 25: of cumulative usage the last counts, and an invalid one is ignored", () => {
  assertEquals(facts({ ...content("a"), ...usage(12) }, { ...content("b"), ...usage(15) }).usage?.total_tokens, 15);
  assertEquals(facts({ ...content("a"), ...usage(12) }, { ...content("b"), usage: null }).usage?.total_tokens, 12);
  assertEquals(facts({ choices: [], ...usage(30) }, content("later")).usage?.total_tokens, 30);
});

Deno.test("usage that stands early, is repeated, or is followed by zeros is read; the last that means something counts", () => {
  const zeros = { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } };
  const total = (...events: (object | string)[]) => facts(...events).usage?.total_tokens;
  assertEquals(total({ ...content(""), ...usage(20) }, content("a"), content("b"), "[DONE]"), 20);
  assertEquals(total({ ...content("a"), ...usage(20) }, zeros, "[DONE]"), 20);
  assertEquals(total(zeros, { ...content("a"), ...usage(20) }, { choices: [], ...zeros }, "[DONE]"), 20);
  assertEquals(total({ choices: null, ...usage(20) }, { choices: null, ...usage(20) }), 20);
  assertEquals(total({ choices: [{ delta: {}, ...usage(20) }] }, "[DONE]"), 20);
  assertEquals(total({ ...content("a"), x_groq: usage(20) }, "[DONE]"), 20);
});

Deno.test("Anthropic's stream has its input in the first event and its output in the last, however long it is", async () => {
  const start = {
    type: "message_start",
    message: { model: "claude", usage: { input_tokens: 5, cache_read_input_tokens: 20, output_tokens: 1 } },
  };
  const delta = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Eight!!!" } };
  const end = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 15 } };
  for (const deltas of [3, 5000]) {
    const copy = copyOf(start, ...Array(deltas).fill(delta), end, { type: "message_stop" });
    const { model, usage, done } = recentFacts(copy, "messages") ?? await readStream(copy, "messages");
    assertEquals([model, done, ...Object.values(usage!)], ["claude", true, 25, 20, 15, 0, 40]);
  }
  const cut = facts(start, delta, delta);
  assertEquals([cut.answer, cut.counts?.input, cut.counts?.output], ["Eight!!!Eight!!!", 25, null]);
});

Deno.test("an error is read from an event of that name, whatever its data", async () => {
  for (
    const data of ['{"message":"m"}', '{"error":"m"}', '["m"]', "text", '{"type":"error","error":{"message":"m"}}']
  ) {
    const copy = createStreamCopy("chat/completions");
    copy.add(new TextEncoder().encode(`data: ${JSON.stringify(content("a"))}\n\nevent: error\ndata: ${data}\n\n`));
    const backward = recentFacts(copy, "chat/completions")!;
    assert(backward.error, data);
    assertEquals(await readStream(copy, "chat/completions"), backward);
  }
});

Deno.test("without usage the output is estimated from all text, as at least one token per chunk", () => {
  assertEquals(facts(content("x".repeat(400))).output_estimate, 100);
  assertEquals(facts(content("a"), content("b"), content("c")).output_estimate, 3);
  assertEquals(facts().output_estimate, 0);
  const tool = { choices: [{ delta: { tool_calls: [{ function: { name: "f", arguments: "x".repeat(399) } }] } }] };
  assertEquals(facts(tool).output_estimate, 100);
  assertEquals(facts({ type: "response.output_text.delta", delta: "x".repeat(40) }).output_estimate, 10);
  assertEquals(facts({ choices: [{ text: "x".repeat(40) }] }).output_estimate, 10);
});

Deno.test("an error inside a stream is read together with its usage", () => {
  const failed = facts(content("a"), {
    type: "response.failed",
    response: { error: { code: "server_error", message: "m" }, ...usage(20) },
  });
  assertEquals([failed.error?.code, failed.usage?.total_tokens, failed.done], ["server_error", 20, true]);
  assertEquals(facts({ error: { code: "c" } }).error?.code, "c");
  assertEquals(facts({ type: "error", code: "d", message: "m" }).error?.code, "d");
  assertEquals(facts(content("a"), { ...content(""), error: null }).error, null);
});

Deno.test("FAULT 23: data that is not a JSON object is not an event", () => {
  assertEquals([facts("<html>", "5", "null", '{"cut').events, facts("[DONE]").events], [0, 0]);
});

Deno.test("any stream can be read without an exception", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.jsonValue().map((value) => JSON.stringify(value)))), (events) => {
      const { output_estimate } = facts(...events);
      assert(Number.isSafeInteger(output_estimate) && output_estimate >= 0);
    }),
  );
});

Deno.test("text is read from lists, from several choices and from all text fields", () => {
  const answer = (event: object) => facts(event).answer;
  const tools = { tool_calls: [{ function: { arguments: "ab" } }, { function: { arguments: "cd" } }] };
  assertEquals(answer({ choices: [{ delta: tools }, { delta: { content: "ef" } }] }), "abcdef");
  assertEquals(answer({ choices: [{ delta: { content: [{ content: "a" }, { content: "b" }] } }] }), "ab");
  assertEquals(answer({ choices: [null, 5, { delta: { role: "assistant", id: "x" } }] }), "");
  assertEquals(answer({ choices: [{ delta: { content: "é限" } }] }), "é限");
});

Deno.test("model, tier and id are those of the last event that has them", () => {
  const event = (model: string) => ({ response: { id: `resp_${model}`, model, service_tier: model } });
  const { model, service_tier, id } = facts(event("first"), event("last"), content("text"));
  assertEquals([model, service_tier, id], ["last", "last", "resp_last"]);
});

Deno.test("read forward and in slices, a stream without usage has the same facts as read backward", async () => {
  const event = fc.oneof(
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constantFrom<object>(content("é限"), { response: { id: "a", model: "b" } }, {
      type: "response.failed",
      response: {},
    }),
    fc.constantFrom<object | string>(
      "[DONE]",
      { error: { code: "c" } },
      { service_tier: "flex", model: "d" },
      "two\ndata: lines",
    ),
  );
  await fc.assert(fc.asyncProperty(fc.array(event), async (events) => {
    const copy = copyOf(...events);
    let pauses = 0;
    const forward = await readStream(copy, "chat/completions", {
      now: () => pauses,
      pause: () => Promise.resolve(void pauses++),
    });
    const backward = recentFacts(copy, "chat/completions")!;
    assertEquals(forward, backward);
  }));
});

Deno.test("FAULT 64: a stream is read in slices of a few milliseconds, however it is cut", async () => {
  const large = {
    type: "response.completed",
    response: { output: Array(200_000).fill([]), usage: { prompt_tokens: 1, completion_tokens: 2 } },
  };
  const floods = [
    "\n".repeat(3 << 20),
    "\r".repeat(3 << 20),
    "data:\n".repeat(500_000),
    "data: {}\n\n".repeat(300_000),
  ];
  for (const flood of floods) {
    const copy = createStreamCopy("chat/completions");
    for (const text of [flood, "\n\n", `data: ${JSON.stringify(large)}\n\n`]) copy.add(new TextEncoder().encode(text));
    assertEquals(recentFacts(copy, "chat/completions"), null);
    // The clock ticks with every look at it, so the pauses tell how often there was one.
    let time = 0, pauses = 0;
    const { usage } = await readStream(copy, "chat/completions", {
      now: () => time++,
      pause: () => Promise.resolve(void pauses++),
    });
    assertEquals(usage?.total_tokens, 3);
    assert(pauses > copy.bytes / (32 << 10), `${pauses} pauses in ${copy.bytes} bytes`);
  }
});

Deno.test("FAULT 64: of many small events without usage, few are read before the attempt settles", async () => {
  const copy = copyOf(...Array(2000).fill({}));
  assertEquals([recentFacts(copy, "chat/completions"), copy.isShort], [null, true]);
  assertEquals((await readStream(copy, "chat/completions")).events, 2000);
});

Deno.test("a stream is partial if a large event may have had text of the answer, not if it reports the state", async () => {
  const padding = "x".repeat(100_000);
  const isPartial = async (event: object) =>
    (await readStream(copyOf(event, content("a")), "chat/completions")).is_partial;
  assertEquals(await isPartial({ type: "response.created", response: { instructions: padding } }), false);
  assertEquals(await isPartial({ type: "response.output_text.delta", delta: padding }), true);
  assertEquals(await isPartial(content(padding)), true);
});

Deno.test("FAULT 64: of a stream of many megabytes the usage is read wherever it stands", async () => {
  const picture = (bytes: number) => ({ type: "image_generation.partial_image", b64_json: "iVBOR".repeat(bytes / 5) });
  const counts = { usage: { input_tokens: 12, output_tokens: 8, total_tokens: 20 } };
  const end = "image_generation.completed";
  const deltas = Array(30_000).fill(content("x".repeat(200)));
  const streams: (object | string)[][] = [
    [picture(3 << 20), picture(3 << 20), { ...counts, ...picture(6 << 20), created_at: 1 }],
    [picture(3 << 20), picture(3 << 20), { ...picture(6 << 20), ...counts }],
    [{ type: end, ...counts }, picture(9 << 20)],
    [{ ...content("a"), ...counts }, ...deltas, "[DONE]"],
    [...deltas, { ...content("a"), ...counts }, ...deltas, "[DONE]"],
    [...deltas, { choices: [], ...counts }],
  ];
  for (const [index, events] of streams.entries()) {
    const text = events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join(
      "",
    );
    const bytes = new TextEncoder().encode(text);
    for (const size of [1400, 64 << 10]) {
      const copy = createStreamCopy("images/generations");
      let kept = 0;
      for (let at = 0; at < bytes.length; at += size) {
        copy.add(bytes.subarray(at, at + size));
        kept = Math.max(kept, copy.bytes);
      }
      const { usage } = recentFacts(copy, "images/generations") ?? await readStream(copy, "images/generations");
      assertEquals(usage?.total_tokens, 20, `${index} in pieces of ${size}`);
      assert(kept < 6 << 20, `${kept} bytes are kept`);
    }
  }
});
