import { bench, LIMITS, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { requestFacts } from "../attempts/request/request_facts.ts";
import { isRefusal } from "../attempts/recorder.ts";
import type { Tracker } from "./tracker.ts";

/** The plan of a chat call as a program sends it. */
const chat = (body: Record<string, unknown> = {}, endpoint = "chat/completions") => {
  const text = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }], ...body });
  const { tokens, input_tokens, output_cap } = requestFacts(endpoint, text);
  return plan({ endpoint, tokens, input_tokens, output_cap });
};
const held = (tracker: Tracker, of = chat()) => {
  const before = tracker.status("acme").stats.tokens_per_minute!.reserved;
  const decision = tracker.reserve(of);
  assert(!isRefusal(decision), isRefusal(decision) ? decision.message : "");
  const after = tracker.status("acme").stats.tokens_per_minute!.reserved;
  return { tokens: after - before, permit: decision };
};
const limited = (tokens_per_minute: number) =>
  bench({ limits: { ...LIMITS, requests_per_minute: null, requests_per_day: null, tokens_per_minute } }).tracker;
/** How many of `calls` equal calls are permitted at the same time. */
const passing = (tracker: Tracker, calls: number, body: Record<string, unknown>) =>
  Array.from({ length: calls }, () => tracker.reserve(chat(body))).filter((decision) => !isRefusal(decision)).length;
const answer = (output_tokens: number) => ok(0, { usage: { ...ok(20 + output_tokens).usage, output_tokens } });

Deno.test("missing max_tokens: 500 for the answer, not the model's largest, so that a minute is not used up by guesses", () => {
  const { tokens } = held(limited(150_000));
  assert(tokens > 500 && tokens < 530, `${tokens}`);
  assert(passing(limited(150_000), 400, {}) > 280);
});

Deno.test("a limit smaller than the default estimate permits several concurrent calls, not one a minute", () => {
  const tracker = limited(400);
  assert(passing(tracker, 10, {}) >= 3);
  for (let call = 0; call < 3; call++) send(limited(400), ok(20), chat());
});

Deno.test("one giant cap does not lock the workspace out: other calls run too", () => {
  const tracker = limited(10_000);
  held(tracker, chat({ max_completion_tokens: 10_000_000, n: 128 }));
  assert(passing(tracker, 4, {}) === 4);
});

Deno.test("agents that always send the maximum hold what they really use, once that is known", () => {
  const tracker = limited(30_000);
  const greedy = { max_completion_tokens: 128_000 };
  assertEquals(passing(limited(30_000), 50, greedy), 7);
  for (let call = 0; call < 30; call++) held(tracker, chat(greedy)).permit.settle(answer(100 + call % 3));
  const { tokens } = held(tracker, chat(greedy));
  assert(tokens < 200, `${tokens}`);
  assert(passing(tracker, 50, greedy) === 50);
});

Deno.test("long answers are learnt too: without a cap, the hold grows to the length of answers", () => {
  const tracker = limited(1_000_000);
  for (let call = 0; call < 40; call++) held(tracker).permit.settle(answer(20_000));
  const { tokens } = held(tracker);
  assert(tokens > 20_000 && tokens < 25_000, `${tokens}`);
  assert(held(tracker, chat({ max_completion_tokens: 50 })).tokens < 100);
});

Deno.test("the answers of one model or workspace say nothing about another", () => {
  const tracker = limited(1_000_000);
  for (let call = 0; call < 40; call++) held(tracker).permit.settle(answer(5));
  const other = { ...chat(), model: "o5" };
  assert(held(tracker, other).tokens > 500);
  const permit = reserve(tracker, { ...chat(), workspace_id: "beta" });
  assert(tracker.status("beta").stats.tokens_per_minute!.reserved > 500);
  permit.release(null);
});

Deno.test("nothing is learnt from answers that failed, broke off or were estimated", () => {
  const tracker = limited(1_000_000);
  for (let call = 0; call < 40; call++) {
    held(tracker).permit.settle({ ...answer(1), outcome: call % 2 ? "aborted" : "failed" });
    held(tracker).permit.settle({ ...answer(1), usage_source: "estimated" });
  }
  assert(held(tracker).tokens > 500);
});

Deno.test("pictures, sounds and documents in base64 count as few tokens, not as their characters", () => {
  const data = `data:image/png;base64,${"iVBORw0KGgo".repeat(100_000)}`;
  const sound = "UklGRiQAAABXQVZF".repeat(50_000);
  const parts = [
    { type: "text", text: "What is this?" },
    { type: "image_url", image_url: { url: data } },
    { type: "input_audio", input_audio: { data: sound, format: "wav" } },
    { type: "file", file: { file_data: data.replace("image/png", "application/pdf") } },
  ];
  const { input_tokens } = chat({ messages: [{ role: "user", content: parts }] });
  assert(input_tokens >= 3000 && input_tokens < 3200, `${input_tokens}`);
  const input = [{ role: "user", content: [{ type: "input_image", image_url: data }] }];
  assert(chat({ input, messages: undefined }, "responses").input_tokens < 1100);
});

Deno.test("a long text is held in full", () => {
  const content = "Once upon a time. ".repeat(40_000);
  const { input_tokens } = chat({ messages: [{ role: "user", content }] });
  assert(input_tokens >= 190_000 && input_tokens <= 280_000, `${input_tokens}`);
});

Deno.test("embeddings hold their input only: estimated from the text, or one by one for token ids", () => {
  const embed = (input: unknown) => requestFacts("embeddings", JSON.stringify({ model: "e", input }));
  const { tokens } = embed(Array.from({ length: 100 }, () => "word ".repeat(20)));
  const exact = 100 * 21; // As o200k counts "word " twenty times.
  assert(tokens >= exact * 0.95 && tokens <= exact * 1.4, `${tokens}`);
  assertEquals(embed(Array.from({ length: 3000 }, (_, id) => id)).tokens, 3000);
  assertEquals(embed(Array.from({ length: 4 }, () => [100, 200, 300])).tokens, 12);
});

Deno.test("an input larger than the limit passes when nothing else is used, and only then", () => {
  const tracker = limited(1000);
  const large = chat({ messages: [{ role: "user", content: "word ".repeat(2000) }] });
  const { permit } = held(tracker, large);
  assert(isRefusal(tracker.reserve(chat())));
  permit.release(null);
  held(tracker);
  assert(isRefusal(tracker.reserve({ ...large, id: "again" })));
});
