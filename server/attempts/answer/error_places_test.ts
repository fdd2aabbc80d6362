import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { chatCompletion, response } from "../../../tests/support/upstream_bodies.ts";
import { errorInside } from "./provider_error.ts";

const usage = { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 };
const flat = { code: "c", type: null, message: "m" };

Deno.test("an error inside a 200 is read in each shape", () => {
  const shapes: Record<string, [unknown, object]> = {
    "an object": [{ error: { code: "c", message: "m" } }, flat],
    "an object beside an empty answer": [{ error: { code: "c", message: "m" }, choices: [], usage }, flat],
    "an object beside an answer": [{ ...chatCompletion("m"), error: { code: "c", message: "m" } }, flat],
    "only a message": [{ error: { message: "m" } }, { code: null, type: null, message: "m" }],
    "a text": [{ error: "m" }, { code: null, type: null, message: "m" }],
    "a text beside an empty answer": [{ error: "m", choices: [], usage }, { code: null, type: null, message: "m" }],
    "a text and its type, as TGI's": [{ error: "m", error_type: "overloaded" }, {
      code: null,
      type: null,
      message: "m",
    }],
    "true": [{ error: true, message: "m", code: "c" }, flat],
    "a list": [{ error: [{ code: "c", message: "m" }] }, flat],
    "a list of texts": [{ errors: ["m"] }, { code: null, type: null, message: "m" }],
    "Cloudflare's list": [{ success: false, errors: [{ code: 10000, message: "m" }], result: null }, {
      code: "10000",
      type: null,
      message: "m",
    }],
    "an array of one, as Gemini's": [[{ error: { code: 429, message: "m", status: "RESOURCE_EXHAUSTED" } }], {
      code: "429",
      type: "RESOURCE_EXHAUSTED",
      message: "m",
    }],
    "code and message": [{ code: "c", message: "m" }, flat],
    "code and message without data": [{ code: 50501, message: "m", data: null }, { ...flat, code: "50501" }],
    "code and msg beside empty choices": [{ code: "c", msg: "m", choices: [], usage }, flat],
    "only a message in the body": [{ message: "m" }, { code: null, type: null, message: "m" }],
    "message and type": [{ message: "m", type: "rate_limit_error" }, {
      code: null,
      type: "rate_limit_error",
      message: "m",
    }],
    "a detail": [{ detail: "m" }, { code: null, type: null, message: "m" }],
    "a list of details": [{ detail: [{ loc: ["body"], msg: "m", type: "missing" }] }, {
      code: null,
      type: null,
      message: "m",
    }],
    "vLLM's": [{ object: "error", message: "m", type: "BadRequestError", code: 400 }, {
      code: "400",
      type: "BadRequestError",
      message: "m",
    }],
    "Anthropic's": [{ type: "error", error: { type: "overloaded_error", message: "m" } }, {
      code: null,
      type: "overloaded_error",
      message: "m",
    }],
    "AWS's": [{ __type: "ThrottlingException", message: "m" }, {
      code: null,
      type: "ThrottlingException",
      message: "m",
    }],
    "AWS's, in capitals": [{ Error: { Code: "c", Message: "m" } }, flat],
    "Apigee's": [{ fault: { faultstring: "m", detail: { errorcode: "c" } } }, flat],
    "not ok": [{ ok: false, error_code: "c", error_message: "m" }, flat],
    "not ok, without a code": [{ ok: false, message: "m" }, { code: null, type: null, message: "m" }],
    "a message beside zeros": [
      { choices: [], message: "m", usage: { prompt_tokens: 0, completion_tokens: 0 } },
      { code: null, type: null, message: "m" },
    ],
    "Baidu's": [{ error_code: 336501, error_msg: "m" }, { code: "336501", type: null, message: "m" }],
    "MiniMax's": [{ choices: null, base_resp: { status_code: 1004, status_msg: "m" } }, {
      code: "1004",
      type: null,
      message: "m",
    }],
    "OpenRouter's": [{ choices: [{ error: { code: 502, message: "m" }, finish_reason: "error" }] }, {
      code: "502",
      type: null,
      message: "m",
    }],
    "a finish reason": [{ choices: [{ delta: {}, finish_reason: "error" }] }, {
      code: "error",
      type: null,
      message: null,
    }],
    "a flat event": [{ type: "error", code: "c", message: "m" }, { code: "c", type: "error", message: "m" }],
  };
  for (const [shape, [body, error]] of Object.entries(shapes)) {
    assertEquals(errorInside(body, "chat/completions"), error as never, shape);
  }
  assertEquals(errorInside({ ...response("m", "failed"), error: { code: "c", message: "m" } }, "responses"), flat);
  assertEquals(errorInside({ error: { code: "c", message: "m" } }, "models"), flat);
});

Deno.test("an answer that has no error, or says that it has none, is not one", () => {
  const fine: unknown[] = [
    chatCompletion("m"),
    response("m"),
    ...[null, {}, "", [], false, { code: null, message: null }, { code: 0, message: "Success" }, {
      code: "",
      message: "",
    }]
      .map((error) => ({ ...chatCompletion("m"), error })),
    { code: 0, message: "Success", choices: [] },
    { code: "200", msg: "OK", data: null },
    { code: 10000, message: "Success", data: {} },
    { code: 20012, message: "note", data: [{ embedding: [1] }] },
    { base_resp: { status_code: 0, status_msg: "" }, choices: [] },
    { success: true, errors: [], result: {} },
    { type: "message_start", message: { id: "msg_1", usage } },
    { type: "ping" },
    { type: "status", message: "Searching" },
    { choices: [], prompt_filter_results: [{ content_filter_results: {} }] },
    { text: "error" },
    {},
    [],
    [[]],
    null,
    "text",
    5,
  ];
  for (const body of fine) assertEquals(errorInside(body, "chat/completions"), null, JSON.stringify(body));
});

Deno.test("the error of a job is not the error of the call that creates or retrieves it", () => {
  const error = { code: "c", message: "m" };
  const jobs: [string, object][] = [
    ["fine_tuning/jobs", { id: "ftjob-1", object: "fine_tuning.job", status: "queued", error: {} }],
    ["fine_tuning/jobs/{id}", { id: "ftjob-1", object: "fine_tuning.job", status: "failed", error }],
    ["videos", { id: "video_1", object: "video", status: "queued", error: null }],
    ["videos/{id}", { id: "video_1", object: "video", status: "failed", error }],
    ["videos/{id}/remix", { id: "video_1", object: "video", status: "failed", error }],
    ["evals/{id}/runs", { id: "evalrun_1", object: "eval.run", status: "failed", error }],
    ["evals/{id}/runs/{id}", {
      id: "evalrun_1",
      object: "eval.run",
      status: "queued",
      error: { code: "", message: "" },
    }],
    ["batches/{id}", { id: "batch_1", object: "batch", errors: { object: "list", data: [error] } }],
    ["responses/{id}", { ...response("m", "failed"), error }],
    ["vendor/jobs", { id: "job", status: "FAILED", error }],
    ["files/{id}/content", { error }],
  ];
  for (const [endpoint, job] of jobs) assertEquals(errorInside(job, endpoint), null, endpoint);
});

Deno.test("any body can be read without an exception", () => {
  const key = fc.constantFrom("error", "errors", "code", "message", "choices", "object", "id", "status", "base_resp");
  const body = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(key, fc.jsonValue()),
    fc.array(fc.dictionary(key, fc.jsonValue())),
  );
  fc.assert(fc.property(body, fc.constantFrom("responses", "videos"), (value, endpoint) => {
    const error = errorInside(value, endpoint);
    assert(error === null || Object.keys(error).length === 3);
  }));
});
