import { assertEquals } from "../../tests/support/assert.ts";
import {
  CHAT_USAGE,
  chatChunks,
  chatCompletion,
  errorBody,
  RESPONSE_USAGE,
} from "../../tests/support/upstream_bodies.ts";
import { Attempt } from "./attempt.ts";
import type { AttemptPlan } from "./recorder.ts";
import { requestFacts } from "./request/request_facts.ts";
import { tokenizerLoaded } from "./tokens/text_tokens.ts";

await tokenizerLoaded();

/** What JSON can put where a text or a number is expected: no text and no number can be made of the first one. */
const HOSTILE: unknown[] = [
  { toString: 1, valueOf: 2, toJSON: 3, length: 4 },
  { length: -1, then: "x", constructor: null },
  JSON.parse('{"__proto__": {"toString": null}}'),
  [[[]]],
  "\0".repeat(3),
  1e308,
  -0.5,
  false,
];

const USAGES = {
  anthropic: {
    input_tokens: 5,
    cache_creation_input_tokens: 3,
    cache_creation: { ephemeral_1h_input_tokens: 3 },
    output_tokens: 8,
  },
  gemini: {
    promptTokenCount: 12,
    promptTokensDetails: [{ modality: "AUDIO", tokenCount: 3 }],
    candidatesTokenCount: 6,
    thoughtsTokenCount: 2,
  },
  audio: { type: "duration", seconds: 12 },
};

/** Endpoints with answers, whose members are made hostile one after the other. */
const ANSWERS: [string, unknown][] = [
  ["chat/completions", chatCompletion("gpt-5.4")],
  ["chat/completions", { choices: [{ usage: CHAT_USAGE, delta: { content: "a" } }], x_groq: { usage: CHAT_USAGE } }],
  ["responses", { id: "resp_1", status: "completed", usage: RESPONSE_USAGE, output: [{ content: [{ text: "a" }] }] }],
  ["messages", { type: "message", model: "claude", usage: USAGES.anthropic }],
  ["models/gemini:generateContent", { usageMetadata: USAGES.gemini }],
  ["audio/transcriptions", { text: "a", duration: 3, usage: USAGES.audio }],
  ["images/generations", { data: [{ url: "a" }], usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } }],
  ["rerank", { meta: { billed_units: { search_units: 1 }, tokens: { input_tokens: 3 } }, results: [] }],
  ["evals/1/runs/2", { per_model_usage: [{ model_name: "a", prompt_tokens: 1, completion_tokens: 2 }], error: {} }],
  ["chat/completions", errorBody("Bad", "invalid_request_error", "invalid_value")],
  ["chat/completions", [{ error: { code: 429, status: "RESOURCE_EXHAUSTED", details: [{ retryDelay: "20s" }] } }]],
];

/** Copies of a value in each of which one member, at any depth, is replaced. */
function* replaced(value: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    for (const other of replaced(member, by)) {
      yield Array.isArray(value)
        ? value.map((kept, at) => `${at}` === name ? other : kept)
        : { ...value, [name]: other };
    }
  }
}

function attempt(endpoint: string, requestJson: string | null = null) {
  let settled = 0;
  const plan: Partial<AttemptPlan> = { endpoint, model: "asked", tokens: 9, input_tokens: 4, stream: false, app: null };
  const permit = { settle: () => (settled++, null), release: () => settled++ };
  const watched = new Attempt(plan as AttemptPlan, permit, () => 0, "POST", requestJson);
  return { watched, settled: () => settled };
}

Deno.test("an answer with a hostile value in any place is counted or charged, and throws nothing", () => {
  for (const [endpoint, answer] of ANSWERS) {
    for (const by of HOSTILE) {
      for (const body of replaced(answer, by)) {
        for (const status of [200, 429]) {
          const { watched, settled } = attempt(endpoint, '{"input":"a","n":{"valueOf":1}}');
          watched.head(status, () => null);
          watched.answered(body);
          assertEquals(settled(), 1, `${endpoint} ${JSON.stringify(body)}`);
        }
      }
    }
  }
});

Deno.test("a stream with a hostile value in any place is counted or charged, and throws nothing", () => {
  const events = [...chatChunks("gpt-5.4", true), { type: "message_start", message: { usage: USAGES.anthropic } }];
  for (const event of events) {
    for (const by of HOSTILE) {
      for (const hostile of replaced(event, by)) {
        const { watched, settled } = attempt("chat/completions");
        watched.head(200, (name) => name === "content-type" ? "text/event-stream" : null);
        watched.chunk(new TextEncoder().encode(`data: ${JSON.stringify(hostile)}\n\ndata: [DONE]\n\n`));
        watched.streamEnded();
        assertEquals(settled(), 1, JSON.stringify(hostile));
      }
    }
  }
});

Deno.test("a request with a hostile value in any place is read", () => {
  const request = {
    model: "gpt-5.4",
    messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:" } }] }],
    input: [[1, 2], ["a"]],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 3,
    n: 2,
    service_tier: "flex",
  };
  for (const endpoint of ["chat/completions", "responses", "embeddings", "messages"]) {
    for (const by of HOSTILE) {
      for (const body of replaced(request, by)) {
        assertEquals(requestFacts(endpoint, JSON.stringify(body)).endpoint, endpoint);
      }
    }
  }
});
