/** The error that a route throws to refuse a request. The API turns it into a problem body. */
import type { ProblemCode } from "../../shared/problem.ts";

export class ProblemError extends Error {
  override name = "ProblemError";
  /**
   * @param headers of the response.
   * @param extra further members of the problem body.
   */
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly headers: Record<string, string> = {},
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}
