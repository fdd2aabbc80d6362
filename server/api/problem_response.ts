/** Turns errors into problem bodies. */
import type { Context } from "hono";
import { LedgerError } from "../ledger/ledger.ts";
import { problem } from "../../shared/problem.ts";
import { ProblemError } from "../core/problem_error.ts";

/** The refusal for an error; `null` for an internal error, whose details are not sent to callers. */
export function problemOf(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (!(error instanceof LedgerError)) return null;
  // Only `invalid` is the caller's fault. The same request would fail again.
  return new ProblemError(error.code === "invalid" ? "invalid_request" : "ledger_unavailable", error.message);
}

/** The response of a refusal. */
export function problemResponse(c: Context, { code, message, headers, extra }: ProblemError): Response {
  const body = { ...problem(code, message), ...extra };
  return c.body(JSON.stringify(body), body.status as 400, { "content-type": "application/problem+json", ...headers });
}

/** The path for error messages, shortened. */
export function shortPath(c: Context): string {
  return c.req.path.slice(0, 200);
}
