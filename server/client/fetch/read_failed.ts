import type { Attempt } from "../../attempts/attempt.ts";

/** Settles an attempt whose sending or reading failed: a reader that was aborted has left, anything else is the line's. */
export function readFailed(attempt: Attempt, error: unknown): void {
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError") attempt.aborted();
  else attempt.broke(name === "TimeoutError" ? "timeout" : "connection_lost");
}
