/** `POST /api/quota/attempts`: finished attempts of tracked clients in other processes. */
import { AttemptBatch, AttemptBatchResult } from "../../../shared/api.ts";
import type { ApiDeps } from "../route.ts";
import { route } from "../route.ts";

type Reported = AttemptBatch["attempts"][number];

export const attempts = route({
  method: "POST",
  path: "/api/quota/attempts",
  summary: "Report finished attempts",
  description: "Durable once answered. A report that comes twice is counted once, by its id.",
  body: AttemptBatch,
  answer: { status: 200, schema: AttemptBatchResult },
  problems: ["ledger_unavailable"],
  handle: async ({ body }, deps) => {
    const stored = await Promise.all(body.attempts.map((reported) => store(reported, deps)));
    const fresh = stored.filter(Boolean).length;
    return { stored: fresh, duplicates: stored.length - fresh };
  },
});

/** The ledger first: it alone knows what came before, also before a restart. */
async function store(reported: Reported, { ledger, tracker }: ApiDeps): Promise<boolean> {
  const { headers, started_at, ...rest } = reported;
  const row = { ...rest, started_at_ms: Date.parse(started_at) };
  const fresh = await ledger.append({ kind: "attempt", row });
  if (fresh) tracker.countStored(row, { limit_headers: headers ?? {}, error_message: null });
  return fresh;
}
