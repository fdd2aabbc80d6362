/** From whatever was thrown to a problem body. */
import type { Context } from "hono";
import { LedgerError } from "../ledger/ledger.ts";
import { problem } from "../../shared/problem.ts";
import { ProblemError } from "../core/problem_error.ts";

/** The refusal that an error is; `null` for one that is not the caller's to know. */
export function problemOf(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (!(error instanceof LedgerError)) return null;
  // The one code that is about what was sent; trying that again would not help.
  return new ProblemError(error.code === "invalid" ? "invalid_request" : "ledger_unavailable", error.message);
}

/** Answers a refusal as a problem body. */
export function problemResponse(c: Context, { code, message, headers, extra }: ProblemError): Response {
  const body = { ...problem(code, message), ...extra };
  return c.body(JSON.stringify(body), body.status as 400, { "content-type": "application/problem+json", ...headers });
}

/** The path as a refusal shows it. */
export function shortPath(c: Context): string {
  return c.req.path.slice(0, 200);
}
