/** Requests to the API without a port, and assertions on its refusals. */
import { PROBLEM_STATUS, type ProblemCode } from "../../shared/problem.ts";
import { Problem } from "../../shared/problem_schema.ts";
import { assertEquals } from "../support/assert.ts";
import { type api, ok, plan } from "./fixture.ts";

export type App = ReturnType<typeof api>;
export const JSON_TYPE = { "content-type": "application/json" };

/** Posts JSON. */
export const post = (app: App, path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.request(path, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });

/** Reads a refusal, and asserts its code, status, type and schema. */
export async function problemOf(answer: Response, code: ProblemCode): Promise<Problem & Record<string, unknown>> {
  const body = await answer.json();
  assertEquals([body.code, answer.status], [code, PROBLEM_STATUS[code]], JSON.stringify(body));
  assertEquals(answer.headers.get("content-type"), "application/problem+json");
  Problem.parse(body);
  return body;
}

/** A finished attempt as another process reports it. */
export const report = (over: Record<string, unknown> = {}) => {
  const { tokens: _, input_tokens: __, ...known } = plan();
  const { error_message: _m, limit_headers: _h, ...result } = ok(70, { model: "gpt-5.4" });
  return { ...known, ...result, started_at: "2026-11-21T10:00:00.000Z", ...over };
};
