import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { JsonSkim } from "../../core/json/skim.ts";
import { largeRequestFacts, REQUEST_FACTS, requestFacts, withUsageBytes } from "./request_facts.ts";

const facts = (body: string, path = "chat/completions") => requestFacts(path, body);

Deno.test("an endpoint with tokens is found in each spelling of its path, so that no spelling evades a limit", () => {
  const spellings = [
    "/chat/completions",
    "chat//completions",
    "chat/completions/",
    "chat/completions//",
    "chat%2Fcompletions",
    "%63hat/completions",
    "Chat/Completions",
    "chat/completions;v=1",
    "chat;v=1/completions",
    "chat/completions%20",
    "deployments/our-gpt/chat/completions/",
  ];
  const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "Hello" }] });
  const usual = requestFacts("chat/completions", body);
  for (const path of spellings) assertEquals(requestFacts(path, body), usual, path);
  for (const path of ["RESPONSES/", "v1/Embeddings", "messages/"]) {
    assertEquals(
      requestFacts(path, body).tokens,
      requestFacts(path.toLowerCase().replace(/\/$/, ""), body).tokens,
      path,
    );
  }
  for (const path of ["models/org%2FModel", "files/", "%zz"]) assertEquals(requestFacts(path, null).endpoint, path);
});

Deno.test("ids in a path are replaced, so that endpoints can be grouped", () => {
  const cases = [
    ["chat/completions", "chat/completions"],
    ["responses/resp_67cb71b35c1c8190", "responses/{id}"],
    ["files/file-abc123XYZ/content", "files/{id}/content"],
    ["threads/thread_abc123/runs/run_abc12345", "threads/{id}/runs/{id}"],
    ["batches/0f8fad5b-d9cb-469f-a165-70867728950e", "batches/{id}"],
    ["fine_tuning/jobs", "fine_tuning/jobs"],
    ["audio/speech", "audio/speech"],
  ];
  for (const [path, endpoint] of cases) assertEquals(requestFacts(path, null).endpoint, endpoint);
  assertEquals(requestFacts("a/".repeat(500), null).endpoint.length, 200);
});

Deno.test("model, stream and reserved tokens are read from a JSON object, and from nothing else", () => {
  const known = facts('{"model":"gpt-5.4","stream":true,"stream_options":{"include_usage":true}}');
  assertEquals([known.model, known.stream, known.tokens > 0, known.hides_usage], ["gpt-5.4", true, true, false]);
  for (const body of ["", "{", "[]", "null", "5", '"x"', '{"model":5,"stream":"true"}', '{"model":""}']) {
    const { model, stream, hides_usage, body: sent } = facts(body);
    assertEquals([model, stream, hides_usage, sent], [null, false, false, body], body);
  }
});

Deno.test("a stream that would have no usage requests it, and the caller's other bytes stay unchanged", () => {
  const asked = '{"stream_options":{"include_usage":true},';
  const cases: [string, string][] = [
    ['{"model":"m","stream":true}', `${asked}"model":"m","stream":true}`],
    [' \n{ "stream": true, "seed": 9007199254740993 }', ` \n${asked} "stream": true, "seed": 9007199254740993 }`],
    ['{"stream":true,"a":"$&$1"}', `${asked}"stream":true,"a":"$&$1"}`],
    [
      '{"stream":true, "stream_options" : { "include_obfuscation" : false }, "seed":9007199254740993}',
      '{"stream":true, "stream_options":{"include_obfuscation":false,"include_usage":true}, "seed":9007199254740993}',
    ],
    ['{"stream":true,"stream_options":null}', '{"stream":true,"stream_options":{"include_usage":true}}'],
    [
      '{"stream":true,"stream_options":{"include_usage":false}}',
      '{"stream":true,"stream_options":{"include_usage":true}}',
    ],
    // With a nested field of the same name, the top-level one is not found by a search, so the body is serialized again.
    [
      '{"stream":true,"metadata":{"stream_options":{}},"stream_options":{}}',
      '{"stream":true,"metadata":{"stream_options":{}},"stream_options":{"include_usage":true}}',
    ],
  ];
  for (const [body, sent] of cases) {
    const { body: changed, hides_usage } = facts(body);
    assertEquals([changed, hides_usage], [sent, true]);
  }
});

Deno.test("usage is not requested if the caller requests it, if nothing streams, or if it is sent anyway", () => {
  const bodies = [
    '{"stream":true,"stream_options":{"include_usage":true}}',
    '{"stream":false}',
    '{"stream":true,"stream_options":"x"}',
    '{"stream":true,"stream_options":[1]}',
  ];
  for (const body of bodies) assertEquals([facts(body).body, facts(body).hides_usage], [body, false]);
  assertEquals(facts('{"stream":true}', "responses").hides_usage, false);
  assertEquals(facts('{"stream":true}', "completions").hides_usage, true);
});

Deno.test("for any body, the sent body differs only in stream_options.include_usage", () => {
  const options = fc.oneof(fc.constant(null), fc.dictionary(fc.string(), fc.jsonValue()));
  const body = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.option(options, { nil: undefined }))
    .map(([fields, stream_options]) => ({ ...fields, stream: true, stream_options }));
  fc.assert(fc.property(body, fc.integer({ min: 0, max: 2 }), (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    const { body: sent, hides_usage } = facts(text);
    if (!hides_usage) return assertEquals(sent, text);
    const { stream_options: before, ...rest } = JSON.parse(text);
    const { stream_options: after, ...same } = JSON.parse(sent!);
    assertEquals(same, rest);
    assertEquals(after, { ...before, include_usage: true });
  }));
});

Deno.test("FAULT 54: hostile paths and bodies are read quickly", () => {
  const started = performance.now();
  requestFacts("a1-".repeat(20_000), null);
  requestFacts(`${"a".repeat(60_000)}!`, null);
  facts(`{"stream":true,"stream_options":{},"x":"${'\\"stream_options\\":{'.repeat(5000)}"}`);
  facts(`{"stream":true,"stream_options":{"a":"${"{".repeat(60_000)}"}}`);
  assert(performance.now() - started < 200);
});

/** The facts of a body that is skimmed, and the body that is sent. */
function skimmed(body: string, path = "chat/completions") {
  const bytes = new TextEncoder().encode(body);
  const skim = new JsonSkim(REQUEST_FACTS);
  skim.push(bytes);
  const { body: _, ...facts } = largeRequestFacts(path, skim.end(), [bytes]);
  const parts = facts.hides_usage ? withUsageBytes([bytes]) : [bytes];
  const sent = parts.map((part) => new TextDecoder().decode(part)).join("");
  return { ...facts, sent };
}

const LONG = "x".repeat(5000);
const LARGE: [why: string, path: string, body: Record<string, unknown>][] = [
  ["a chat", "chat/completions", { model: "m", n: 2, max_tokens: 9, messages: [{ role: "user", content: LONG }] }],
  ["a stream", "chat/completions", { messages: [{ role: "user", content: LONG }], model: "m", stream: true }],
  ["an image", "chat/completions", {
    messages: [{ content: [{ image_url: { url: `data:image/png;base64,${LONG}` } }] }],
  }],
  ["a file", "responses", { input: [{ content: [{ type: "input_file", file_data: LONG }] }], model: "m" }],
  ["a long text that is not a file", "responses", { input: LONG, model: "m" }],
  ["token ids", "embeddings", { input: Array(3000).fill(7), model: "e" }],
  ["lists of token ids", "embeddings", { input: Array(40).fill(Array(1500).fill(7)), model: "e" }],
  ["a batch of documents as token ids", "embeddings", { input: Array(200).fill(Array(500).fill(7)), model: "e" }],
  ["very many lists of token ids", "embeddings", { input: Array(1500).fill([7, 8]), model: "e" }],
  ["a stream that asks for usage", "completions", {
    prompt: LONG,
    stream: true,
    stream_options: { include_usage: true },
  }],
];

for (const [why, path, body] of LARGE) {
  Deno.test(`a skimmed body has the facts of a parsed one: ${why}`, () => {
    const text = JSON.stringify(body);
    const { body: sent, ...parsed } = requestFacts(path, text);
    assertEquals(skimmed(text, path), { ...parsed, sent: sent! });
  });
}

Deno.test("an option of the caller's own in a large body is left alone", () => {
  const text = JSON.stringify({ prompt: LONG, stream: true, stream_options: { include_usage: false } });
  const { hides_usage, sent } = skimmed(text, "completions");
  assertEquals([hides_usage, sent], [false, text]);
});

Deno.test("a large body that is not a JSON object has no facts", () => {
  for (const text of [`[${"1,".repeat(9000)}1]`, `{"model":"m","a":"${LONG}`, `"${LONG}"`]) {
    const { model, tokens, hides_usage, sent } = skimmed(text);
    assertEquals([model, tokens, hides_usage, sent], [null, 0, false, text]);
  }
});
