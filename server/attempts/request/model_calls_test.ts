import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { ROOT } from "../../../tools/lib/setup.mjs";
import { takesRequest } from "./model_calls.ts";

/** Every operation of OpenAI's API that uses a model, and those of others that speak its dialect. */
const USES_MODEL = [
  "chat/completions",
  "completions",
  "responses",
  "responses/compact",
  "embeddings",
  "moderations",
  "decisions",
  "images/generations",
  "images/edits",
  "images/variations",
  "audio/speech",
  "audio/transcriptions",
  "audio/translations",
  "videos",
  "videos/edits",
  "videos/extensions",
  "videos/{id}/remix",
  "realtime/calls",
  "realtime/calls/{id}/accept",
  "live/sessions",
  "live/sessions/{id}/accept",
  "live/sessions/{id}/fork",
  "threads/runs",
  "threads/{id}/runs",
  "threads/{id}/runs/{id}/submit_tool_outputs",
  "evals/{id}/runs",
  "fine_tuning/alpha/graders/run",
  "agents/sessions",
  "agents/sessions/{id}/events",
  "agents/automations/{id}/invocations",
];
const OF_OTHERS = [
  "messages",
  "rerank",
  "score",
  "engines/davinci/completions",
  "models/gemini-3:generateContent",
  "openai/chat/completions",
  "/chat/completions/",
  "something/new",
];
const HOUSEKEEPING = [
  "messages/count_tokens",
  "messages/batches",
  "vector_stores/{id}/search",
  "tokenize",
  "detokenize",
  "/files/",
];

/** Every path that the SDK's resources send a request to, with its method. */
async function operations(): Promise<[method: string, endpoint: string][]> {
  const found = new Map<string, [string, string]>();
  const read = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) await read(path);
      if (!name.endsWith(".mjs")) continue;
      for (const [, call, , target] of (await Deno.readTextFile(path)).matchAll(CALLS)) {
        const method = call === "getAPIList" ? "GET" : call.toUpperCase();
        const endpoint = target.replaceAll(/\$\{[^}]*\}/g, "{id}").split("?")[0];
        found.set(`${method} ${endpoint}`, [method, endpoint]);
      }
    }
  };
  await read(`${ROOT}/node_modules/openai/resources`);
  return [...found.values()];
}
const CALLS = /_client\s*\.\s*(get|post|delete|put|patch|getAPIList)\(\s*(?:path\s*)?(['`])\/([^'`]*)\2/g;

Deno.test("of all operations of the SDK, exactly those that use a model take a request", async () => {
  const all = await operations();
  assert(all.length > 250, `${all.length} operations`);
  const taking = new Set(all.filter(([method, endpoint]) => takesRequest(method, endpoint)).map(([, path]) => path));
  const known = new Set(all.map(([, path]) => path));
  assertEquals([...taking].sort(), USES_MODEL.filter((path) => known.has(path)).sort());
});

Deno.test("a POST that uses a model takes a request; also an unknown one, and those of other vendors", () => {
  for (const path of [...USES_MODEL, ...OF_OTHERS]) assert(takesRequest("POST", path), path);
});

Deno.test("no other method takes one, and no housekeeping", () => {
  for (const method of ["GET", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS"]) {
    for (const path of [...USES_MODEL, ...HOUSEKEEPING]) assert(!takesRequest(method, path), path);
  }
  for (const path of HOUSEKEEPING) assert(!takesRequest("POST", path), path);
});

Deno.test("FAULT 54: hostile paths are read quickly", () => {
  const started = performance.now();
  for (const part of ["threads/", "evals/", "/", "runs/a/", "audio/voice"]) takesRequest("POST", part.repeat(40));
  assert(performance.now() - started < 50);
});
