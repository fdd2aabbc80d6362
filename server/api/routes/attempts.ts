/** `POST /api/quota/attempts`: finished attempts of tracked clients in other processes. */
import { AttemptBatch, AttemptBatchResult } from "../../../shared/attempts.ts";
import { reportedStart } from "../../core/reported_start.ts";
import type { Tracker } from "../../tracker/tracker.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { route } from "../route.ts";

type Reported = AttemptBatch["attempts"][number];
type KeyedReport = Reported & { key_id: string | null };

export const attempts = route({
  method: "POST",
  path: "/api/quota/attempts",
  tag: "Tracked clients",
  summary: "Report finished attempts",
  description:
    "The reports are durable when this is answered. A report that is sent twice counts once, by its id. With `sent_at` the " +
    "sender's clock may be wrong: only the time between an attempt's start and the report is used. An attempt that is " +
    "reserved in another workspace is refused, with its whole batch. The key's `app` replaces the program's own.",
  body: AttemptBatch,
  workspaces: ({ attempts }) => [...new Set(attempts.map(({ workspace_id }) => workspace_id))],
  access: "ingest",
  answer: { status: 200, schema: AttemptBatchResult },
  example: {
    body: {
      sent_at: "2026-11-21T10:00:01.900Z",
      attempts: [{
        id: "8c0f3a52-1f7b-4f1e-9f43-2f0a4e1c7d10",
        call_id: "8c0f3a52-1f7b-4f1e-9f43-2f0a4e1c7d10",
        retry: 0,
        workspace_id: "acme",
        endpoint: "chat/completions",
        model: "gpt-5.4",
        app: "nightly-report",
        stream: false,
        started_at: "2026-11-21T10:00:00.000Z",
        latency_ms: 1840,
        first_byte_ms: 610,
        outcome: "ok",
        http_status: 200,
        error_code: null,
        service_tier: "default",
        usage: {
          input_tokens: 187,
          cached_input_tokens: 128,
          output_tokens: 342,
          reasoning_tokens: 96,
          total_tokens: 529,
        },
        usage_source: "counted",
        headers: { "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "341" },
      }],
    },
    answer: { stored: 1, duplicates: 0 },
  },
  problems: ["too_many_workspaces", "reserved_elsewhere", "ledger_unavailable"],
  handle: async ({ body, caller }, { tracker, clock }) => {
    const now = clock.now();
    const sent_at_ms = body.sent_at ? Date.parse(body.sent_at) : null;
    // Admit all workspaces before the first report is stored: a refused batch must store nothing.
    for (const one of body.attempts) admit(tracker, one);
    const label = caller.key?.app ?? null;
    const key_id = caller.key?.id ?? null;
    const stored = await Promise.all(
      body.attempts.map((one) => report(tracker, { ...one, app: label ?? one.app, key_id }, sent_at_ms, now)),
    );
    const fresh = stored.filter(Boolean).length;
    return { stored: fresh, duplicates: stored.length - fresh };
  },
});

function admit(tracker: Tracker, reported: Reported): void {
  const refusal = tracker.admit(reported);
  if (refusal) throw new ProblemError(refusal.refused, refusal.message);
}

function report(tracker: Tracker, reported: KeyedReport, sent_at_ms: number | null, now_ms: number): Promise<boolean> {
  const { headers, credential, started_at, ...row } = reported;
  const times = { started_at_ms: Date.parse(started_at), sent_at_ms, latency_ms: row.latency_ms };
  const feedback = { limit_headers: headers ?? {}, error_message: null, credential };
  return tracker.report({ ...row, started_at_ms: reportedStart(times, now_ms) }, feedback);
}
