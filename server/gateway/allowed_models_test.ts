import { Buffer } from "node:buffer";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import type { AttemptPlan } from "../attempts/recorder.ts";
import { modelFault, modelsInForm, withAllowedModels } from "./allowed_models.ts";

const CASES: [why: string, method: string, path: string, model: string | null, allowed: boolean][] = [
  ["a listed model", "POST", "responses", "gpt-5.4", true],
  ["its dated snapshot", "POST", "chat/completions", "gpt-5.4-2026-03-01", true],
  ["another model of its family", "POST", "responses", "gpt-5.4-mini", false],
  ["a name that only begins like a snapshot", "POST", "responses", "gpt-5.4-2026-03-01-x", false],
  ["no model", "POST", "responses", null, false],
  ["a batch, whose file names the models", "POST", "batches", null, false],
  ["a run of a stored assistant", "POST", "threads/thread_1/runs", null, false],
  ["a listed deployment", "POST", "deployments/gpt-5.4/responses", null, true],
  ["another deployment, with a listed model in the body", "POST", "deployments/gpt-6/responses", "gpt-5.4", false],
  ["a listed deployment, with another model in the body", "POST", "deployments/gpt-5.4/responses", "gpt-6", false],
  ["a list", "GET", "models", null, true],
  ["a deletion", "DELETE", "responses/resp_1", null, true],
  ["a file", "POST", "files", null, true],
  ["a part of an upload", "POST", "uploads/upload_1/parts", null, true],
  ["a cancellation", "POST", "responses/resp_1/cancel", null, true],
  ["another method that sends a body", "PATCH", "responses", null, false],
];
for (const [why, method, path, model, allowed] of CASES) {
  Deno.test(`a key with models: ${why} is ${allowed ? "allowed" : "refused"}`, () => {
    assertEquals(modelFault(["gpt-5.4", "gpt-image-2"], { method, path, model }) === null, allowed);
  });
}

Deno.test("the refusal names the key's models and the one that was asked for", () => {
  const fault = modelFault(["gpt-5.4", "o5"], { method: "POST", path: "responses", model: "gpt-6" })!;
  assertStringIncludes(fault, "gpt-5.4, o5, and not gpt-6");
});

Deno.test("responses on a socket: other models are refused, and one that has begun is counted", () => {
  const permit = { settle() {}, release() {} };
  const recorder = withAllowedModels({ reserve: () => permit }, ["gpt-5.4"]);
  const reserve = (over: Partial<AttemptPlan>) => {
    const decision = recorder.reserve({ model: null, ...over } as AttemptPlan);
    return "refused" in decision ? decision.refused : decision === permit;
  };
  assertEquals([reserve({ model: "gpt-5.4" }), reserve({ model: "gpt-6" }), reserve({})], [
    true,
    "not_allowed",
    "not_allowed",
  ]);
  assertEquals(reserve({ model: "gpt-6", begun: true }), true);
});

Deno.test("every field of a form that names a model is read, wherever it stands", () => {
  const field = (name: string, value: string) => `--b\r\nContent-Disposition: form-data; ${name}\r\n\r\n${value}\r\n`;
  const filler = field('name="file"; filename="a"\r\nContent-Type: audio/wav', "x".repeat(100_000));
  const body = field('name="model"', "first") + filler + field("name=model", "second") + filler +
    field('name="model"\r\nContent-Type: text/plain', "third") + "--b--\r\n";
  assertEquals(modelsInForm(Buffer.from(body)).sort(), ["first", "second", "third"]);
  assertEquals(modelsInForm(Buffer.from(filler)), []);
});
