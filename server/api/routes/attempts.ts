/** `POST /api/quota/attempts`: finished attempts of tracked clients in other processes. */
import { AttemptBatch, AttemptBatchResult } from "../../../shared/api.ts";
import type { Tracker } from "../../tracker/tracker.ts";
import { ProblemError } from "../problem_error.ts";
import { route } from "../route.ts";

type Reported = AttemptBatch["attempts"][number];

export const attempts = route({
  method: "POST",
  path: "/api/quota/attempts",
  summary: "Report finished attempts",
  description: "Durable once answered. A report that comes twice is counted once, by its id.",
  body: AttemptBatch,
  answer: { status: 200, schema: AttemptBatchResult },
  problems: ["too_many_workspaces", "ledger_unavailable"],
  handle: async ({ body }, { tracker }) => {
    // All are let in before one is kept, so that a refused batch has left nothing behind.
    for (const { workspace_id } of body.attempts) admit(tracker, workspace_id);
    const stored = await Promise.all(body.attempts.map((reported) => report(tracker, reported)));
    const fresh = stored.filter(Boolean).length;
    return { stored: fresh, duplicates: stored.length - fresh };
  },
});

function admit(tracker: Tracker, workspace_id: string): void {
  const refusal = tracker.admit(workspace_id);
  if (refusal) throw new ProblemError(refusal.refused, refusal.message);
}

function report(tracker: Tracker, { headers, started_at, ...row }: Reported): Promise<boolean> {
  const told = { limit_headers: headers ?? {}, error_message: null };
  return tracker.report({ ...row, started_at_ms: Date.parse(started_at) }, told);
}
