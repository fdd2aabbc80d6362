import { assertEquals } from "../../tests/support/assert.ts";
import { chatChunks, chatCompletion, errorBody } from "../../tests/support/upstream_bodies.ts";
import { Attempt } from "./attempt.ts";
import { streamsRead } from "./answer/stream_facts.ts";
import type { AttemptPlan, AttemptResult } from "./recorder.ts";
import { tokenizerLoaded } from "./tokens/text_tokens.ts";

// The first estimate of a process waits for the tokenizer.
await tokenizerLoaded();

const PLAN: AttemptPlan = {
  id: "attempt-1",
  call_id: "call-0001",
  retry: 0,
  workspace_id: "acme",
  endpoint: "chat/completions",
  model: "asked",
  app: null,
  stream: false,
  tokens: 600,
  input_tokens: 100,
};

/** An attempt, and the calls of its permit. */
function attempt(plan: Partial<AttemptPlan> = {}, method = "POST") {
  const settled: AttemptResult[] = [];
  const released: (string | null)[] = [];
  let now = 1000;
  const permit = {
    settle: (result: AttemptResult) => settled.push(result),
    release: (why: string | null) => released.push(why),
  };
  const watched = new Attempt({ ...PLAN, ...plan }, permit as never, () => now, method);
  return { watched, settled, released, wait: (ms: number) => now += ms };
}

const none = () => null;
const bytes = (text: string) => new TextEncoder().encode(text);
const brief = ({ outcome, usage_source, usage, error_code }: AttemptResult) => [
  outcome,
  usage_source,
  usage.total_tokens,
  error_code,
];

Deno.test("a body settles the attempt with model, usage and duration", () => {
  const { watched, settled, wait } = attempt();
  wait(120);
  watched.head(200, none);
  wait(30);
  watched.body(JSON.stringify(chatCompletion("answered")));
  const [{ model, latency_ms, first_byte_ms, http_status }] = settled;
  assertEquals([model, latency_ms, first_byte_ms, http_status], ["answered", 150, 120, 200]);
  assertEquals(brief(settled[0]), ["ok", "counted", 20, null]);
});

Deno.test("an attempt settles once, whatever follows its end", () => {
  const { watched, settled, released } = attempt();
  watched.head(200, none);
  watched.body(JSON.stringify(chatCompletion("m")));
  watched.body("{}");
  watched.streamEnded();
  watched.aborted();
  watched.broke("connection_lost");
  watched.unread();
  watched.unsent("late");
  assertEquals([settled.length, released.length], [1, 0]);
});

Deno.test("an attempt that was not sent is released and never settled", () => {
  const { watched, settled, released } = attempt();
  watched.unsent("ECONNREFUSED");
  watched.aborted();
  assertEquals([settled.length, released], [0, ["ECONNREFUSED"]]);
});

Deno.test("the outcome and usage source for each way an attempt can end", () => {
  const stream = { stream: true };
  const cases: [string, Partial<AttemptPlan>, (watched: Attempt) => void, unknown[]][] = [
    ["an error", {}, (a) => (a.head(429, none), a.body(JSON.stringify(errorBody("m", "t", "c")))), [
      "failed",
      "none",
      0,
      "c",
    ]],
    ["an error without a code", {}, (a) => (a.head(500, none), a.body("<html>")), ["failed", "none", 0, null]],
    ["an error that is not read", {}, (a) => (a.head(500, none), a.unread()), ["failed", "none", 0, null]],
    ["a failure inside a 200", {}, (a) => (a.head(200, none), a.body('{"error":{"code":"server_error"}}')), [
      "failed",
      "unknown",
      0,
      "server_error",
    ]],
    ["HTML with a 200", {}, (a) => (a.head(200, none), a.body("<html>")), ["ok", "unknown", 0, null]],
    ["a file", { tokens: 0 }, (a) => (a.head(200, none), a.body("")), ["ok", "none", 0, null]],
    [
      "a large body",
      {},
      (a) => (a.head(200, none), a.answered({ usage: { prompt_tokens: 1, completion_tokens: 1 } })),
      [
        "ok",
        "counted",
        2,
        null,
      ],
    ],
    ["a large body that is not JSON", {}, (a) => (a.head(200, none), a.answered(undefined)), [
      "ok",
      "unknown",
      0,
      null,
    ]],
    ["a response that is not read", {}, (a) => (a.head(200, none), a.unread()), ["unknown", "unknown", 0, null]],
    ["caller disconnects before the head", stream, (a) => a.aborted(), ["aborted", "unknown", 0, null]],
    ["caller disconnects after the head", stream, (a) => (a.head(200, none), a.aborted()), [
      "aborted",
      "estimated",
      100,
      null,
    ]],
    ["no answer at all", {}, (a) => a.broke("connection_lost"), ["failed", "unknown", 0, "connection_lost"]],
    ["a stream that broke", stream, (a) => {
      a.head(200, none);
      a.chunk(bytes('data: {"choices":[{"delta":{"content":"Eight!!!"}}]}\n\n'));
      a.broke("timeout");
    }, ["failed", "estimated", 102, "timeout"]],
    ["a complete stream whose caller disconnects", stream, (a) => {
      a.head(200, none);
      for (const chunk of chatChunks("m", true)) a.chunk(bytes(`data: ${JSON.stringify(chunk)}\n\n`));
      a.chunk(bytes("data: [DONE]\n\n"));
      a.aborted();
    }, ["ok", "counted", 20, null]],
    ["a stream of garbage", stream, (a) => (a.head(200, none), a.chunk(bytes("<html>")), a.streamEnded()), [
      "ok",
      "unknown",
      0,
      null,
    ]],
    ["a stream that begins with an error", stream, (a) => {
      a.head(200, none);
      a.chunk(bytes('data: {"error":{"code":"server_is_overloaded"}}\n\n'));
      a.streamEnded();
    }, ["failed", "none", 0, "server_is_overloaded"]],
  ];
  for (const [name, plan, end, expected] of cases) {
    const { watched, settled } = attempt(plan);
    end(watched);
    assertEquals(settled.map(brief), [expected], name);
  }
});

Deno.test("an error inside a 200 fails the attempt, and its usage is kept; a job that failed does not", () => {
  const error = { code: "c", message: "m" };
  const usage = { prompt_tokens: 12, completion_tokens: 8 };
  const job = { id: "video_1", object: "video", status: "failed", error };
  const cases: [Partial<AttemptPlan>, string, unknown, unknown[]][] = [
    [{}, "POST", { error }, ["failed", "unknown", 0, "c"]],
    [{}, "POST", { error, choices: [], usage }, ["failed", "counted", 20, "c"]],
    [{}, "POST", { code: 1001, message: "m" }, ["failed", "unknown", 0, "1001"]],
    [{}, "POST", [{ error }], ["failed", "unknown", 0, "c"]],
    [{ endpoint: "models", tokens: 0 }, "GET", { error: "m" }, ["failed", "none", 0, null]],
    [{ endpoint: "videos", tokens: 0 }, "POST", job, ["ok", "none", 0, null]],
    [{ endpoint: "videos/{id}", tokens: 0 }, "GET", job, ["ok", "none", 0, null]],
  ];
  for (const [plan, method, body, expected] of cases) {
    const { watched, settled } = attempt(plan, method);
    watched.head(200, none);
    watched.answered(body);
    assertEquals(settled.map(brief), [expected], JSON.stringify(body));
  }
});

Deno.test("an error event fails a stream, whatever stands beside it", () => {
  const usage = { prompt_tokens: 12, completion_tokens: 8 };
  const events: [string, unknown[]][] = [
    [`data: ${JSON.stringify({ error: "m", choices: [], usage })}`, ["failed", "counted", 20, null]],
    [`event: error\ndata: ${JSON.stringify({ message: "m", code: "c" })}`, ["failed", "none", 0, "c"]],
    ["event: error\ndata: overloaded", ["failed", "none", 0, "error"]],
    [`data: ${JSON.stringify({ error: {}, choices: [], usage })}`, ["ok", "counted", 20, null]],
  ];
  for (const [event, expected] of events) {
    const { watched, settled } = attempt({ stream: true });
    watched.head(200, none);
    watched.chunk(bytes(`${event}\n\n`));
    watched.streamEnded();
    assertEquals(settled.map(brief), [expected], event);
  }
});

Deno.test("the part of a usage that is not reported is estimated", () => {
  const answer = "Eight!!!";
  const chat = { choices: [{ message: { content: answer } }] };
  const cases: [string, Partial<AttemptPlan>, unknown, unknown[]][] = [
    ["output only", {}, { ...chat, usage: { completion_tokens: 8 } }, ["ok", "estimated", 108, null]],
    ["input only", {}, { ...chat, usage: { prompt_tokens: 12 } }, ["ok", "estimated", 14, null]],
    ["input of an answer that is not read", {}, { usage: { prompt_tokens: 12 } }, ["ok", "estimated", 512, null]],
    ["a total", {}, { ...chat, usage: { total_tokens: 130 } }, ["ok", "counted", 130, null]],
    ["a total of embeddings", { endpoint: "embeddings" }, { usage: { total_tokens: 7 } }, ["ok", "counted", 7, null]],
  ];
  for (const [name, plan, body, expected] of cases) {
    const { watched, settled } = attempt(plan);
    watched.head(200, none);
    watched.answered(body);
    assertEquals(settled.map(brief), [expected], name);
  }
  const { watched, settled } = attempt({ stream: true });
  watched.head(200, none);
  const early = { choices: [], usage: { prompt_tokens: 12, completion_tokens: 0 } };
  for (const event of [early, { choices: [{ delta: { content: answer } }] }]) {
    watched.chunk(bytes(`data: ${JSON.stringify(event)}\n\n`));
  }
  watched.streamEnded();
  assertEquals(settled.map(brief), [["ok", "estimated", 14, null]]);
});

const ZEROS = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

Deno.test("a usage of zeros for an answer with text is estimated, as if there were none", () => {
  const input = PLAN.input_tokens;
  const text = { choices: [{ message: { role: "assistant", content: "Hello" } }], usage: ZEROS };
  const bodies: [plan: Partial<AttemptPlan>, body: object, expected: unknown[]][] = [
    [{}, text, ["ok", "estimated", input + 1, null]],
    [{}, { ...text, usage: { prompt_tokens: 0 } }, ["ok", "estimated", input + 1, null]],
    [{ endpoint: "embeddings", tokens: input }, { data: [{}], usage: ZEROS }, ["ok", "counted", 0, null]],
    [{}, { choices: [], usage: ZEROS }, ["ok", "counted", 0, null]],
    [{}, { ...text, error: { code: "c" } }, ["failed", "counted", 0, "c"]],
  ];
  for (const [plan, body, expected] of bodies) {
    const { watched, settled } = attempt(plan);
    watched.head(200, none);
    watched.body(JSON.stringify(body));
    assertEquals(settled.map(brief), [expected], JSON.stringify(body));
  }
  const { watched, settled } = attempt({ stream: true });
  watched.head(200, none);
  const delta = { choices: [{ index: 0, delta: { content: "Hello" } }] };
  for (const event of [delta, { choices: [], usage: ZEROS }]) {
    watched.chunk(bytes(`data: ${JSON.stringify(event)}\n\n`));
  }
  watched.streamEnded();
  assertEquals(settled.map(brief), [["ok", "estimated", input + 1, null]]);
});

Deno.test("an evaluation's run is counted once, with the first retrieve after its end", () => {
  const run = (status: string, prompt_tokens: number) => ({
    id: "evalrun_counted",
    object: "eval.run",
    status,
    error: {},
    per_model_usage: [{ model_name: "m", prompt_tokens, completion_tokens: 0, total_tokens: prompt_tokens }],
  });
  const answer = (method: string, body: object) => {
    const endpoint = method === "POST" ? "evals/{id}/runs" : "evals/{id}/runs/{id}";
    const { watched, settled } = attempt({ tokens: 0, input_tokens: 0, endpoint }, method);
    watched.head(200, none);
    watched.answered(body);
    return brief(settled[0]);
  };
  assertEquals(answer("POST", run("queued", 0)), ["ok", "counted", 0, null]);
  assertEquals(answer("GET", run("in_progress", 5)), ["ok", "none", 0, null]);
  assertEquals(answer("GET", run("completed", 9)), ["ok", "counted", 9, null]);
  assertEquals(answer("GET", run("completed", 9)), ["ok", "none", 0, null]);
  assertEquals(answer("POST", { ...run("completed", 7), id: "evalrun_other" }), ["ok", "counted", 7, null]);
});

Deno.test("the usage in a GET or DELETE response of an earlier call is not counted", () => {
  for (const method of ["GET", "DELETE"]) {
    const { watched, settled } = attempt({ tokens: 0 }, method);
    watched.head(200, none);
    watched.body(JSON.stringify(chatCompletion("m")));
    assertEquals(settled.map(brief), [["ok", "none", 0, null]]);
  }
});

Deno.test("only an error for missing quota is final", () => {
  for (const [code, isFinal] of [["insufficient_quota", true], ["rate_limit_exceeded", false]] as const) {
    const { watched } = attempt();
    watched.head(429, none);
    watched.body(JSON.stringify(errorBody("m", "t", code)));
    assertEquals(watched.isFinal, isFinal);
  }
});

Deno.test("an attempt that ends twice counts its usage once, for any two ends", () => {
  const ends: Record<string, (watched: Attempt) => void> = {
    "end of stream": (watched) => watched.streamEnded(),
    abort: (watched) => watched.aborted(),
    break: (watched) => watched.broke("connection_lost"),
    drop: (watched) => watched.dropped(),
    unread: (watched) => watched.unread(),
    "large body": (watched) => watched.answered({ usage: { prompt_tokens: 1, completion_tokens: 1 } }),
    "unreadable body": (watched) => watched.unreadable(),
    "not sent": (watched) => watched.unsent("ECONNREFUSED"),
  };
  for (const [first, endFirst] of Object.entries(ends)) {
    for (const [second, endSecond] of Object.entries(ends)) {
      // With usage, and with an answer that has to be estimated.
      for (const usage of [true, false]) {
        const { watched, settled, released } = attempt({ stream: true });
        watched.head(200, none);
        for (const chunk of chatChunks("m", usage)) watched.chunk(bytes(`data: ${JSON.stringify(chunk)}\n\n`));
        endFirst(watched);
        endSecond(watched);
        assertEquals(settled.length + released.length, 1, `${first}, then ${second}`);
      }
    }
  }
});

Deno.test("an estimated attempt that is estimated again counts once", () => {
  const { watched, settled } = attempt({ endpoint: "moderations" });
  watched.head(200, none);
  watched.body('{"results":[]}');
  watched.body('{"results":[]}');
  assertEquals(settled.map(brief), [["ok", "estimated", 100, null]]);
});

Deno.test("a retrieved stream uses no tokens, unless it is the first to report a background response", () => {
  const usage = { input_tokens: 12, output_tokens: 8, total_tokens: 20 };
  const completed = (id: string) =>
    `data: ${JSON.stringify({ type: "response.completed", response: { id, usage } })}\n\n`;
  const retrieve = (text: string) => {
    const { watched, settled } = attempt({ stream: true, tokens: 0, endpoint: "responses/{id}" }, "GET");
    watched.head(200, none);
    watched.chunk(bytes(text));
    watched.streamEnded();
    return settled.map(brief);
  };
  const created = attempt({ endpoint: "responses" });
  created.watched.head(200, none);
  created.watched.body('{"id":"resp_retrieved","background":true,"status":"queued"}');
  assertEquals(retrieve(completed("resp_other")), [["ok", "none", 0, null]]);
  assertEquals(retrieve('data: {"type":"response.in_progress","response":{"id":"resp_retrieved"}}\n\n'), [
    ["ok", "none", 0, null],
  ]);
  assertEquals(retrieve(completed("resp_retrieved")), [["ok", "counted", 20, null]]);
  assertEquals(retrieve(completed("resp_retrieved")), [["ok", "none", 0, null]]);
});

Deno.test("a status of 400 is an error, 399 is not", () => {
  for (const [status, outcome] of [[399, "ok"], [400, "failed"]] as const) {
    const { watched, settled } = attempt();
    watched.head(status, none);
    watched.answered(undefined);
    assertEquals(settled[0].outcome, outcome);
  }
});

/** A stream of more than is read before the attempt settles; `end` is its last event. */
function longStream(end: object): Uint8Array[] {
  const delta = bytes(`data: ${JSON.stringify({ choices: [{ delta: { content: "Eight!!!" } }] })}\n\n`);
  return [...Array.from({ length: 2000 }, () => delta), bytes(`data: ${JSON.stringify(end)}\n\n`)];
}

Deno.test("FAULT 64: a long stream settles later, once, with the usage of its last event", async () => {
  const { watched, settled } = attempt({ stream: true });
  watched.head(200, none);
  const usage = { input_tokens: 12, output_tokens: 8, total_tokens: 20 };
  const response = { model: "m-2", usage, output: [{ content: "x".repeat(100_000) }] };
  for (const chunk of longStream({ type: "response.completed", response })) watched.chunk(chunk);
  watched.streamEnded();
  assertEquals(settled.length, 0);
  watched.aborted();
  await streamsRead();
  assertEquals([settled.map(brief), settled[0].model], [[["ok", "counted", 20, null]], "m-2"]);
});

Deno.test("FAULT 64: without usage a long stream is estimated, unless one of its events was too large to read", async () => {
  const padding = "x".repeat(100_000);
  for (const [event, source] of [[{}, "estimated"], [{ padding }, "unknown"]] as const) {
    const { watched, settled } = attempt({ stream: true });
    watched.head(200, none);
    for (const chunk of longStream(event)) watched.chunk(chunk);
    watched.broke("connection_lost");
    await streamsRead();
    await tokenizerLoaded();
    assertEquals(settled.map(({ outcome, usage_source }) => [outcome, usage_source]), [["failed", source]]);
  }
});
