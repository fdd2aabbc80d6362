/** A refusal thrown by a route; the edge turns it into a problem body. */
import type { ProblemCode } from "../../shared/problem.ts";

/** The error behind a problem body. */
export class ProblemError extends Error {
  override name = "ProblemError";
  /** @param extra members of the body besides the standard ones. */
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly headers: Record<string, string> = {},
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}
