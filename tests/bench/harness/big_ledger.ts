/** Writes a ledger with a week of attempts, through the ledger's port. */
import { openLedger } from "../../../server/ledger/open.ts";
import type { AttemptRow } from "../../../server/ledger/ledger.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const WORKSPACES = 20;
const MODELS = ["gpt-5.4", "gpt-5.4-mini", "text-embedding-4"];

/** Concurrent appends. */
const BATCH = 20_000;

/** Writes so many attempts, spread evenly over the week that ends now. */
export async function writeLedger(folder: string, attempts: number): Promise<void> {
  const ledger = await openLedger(`sqlite:${folder}/quota.db`);
  const now = Date.now();
  for (let from = 0; from < attempts; from += BATCH) {
    const size = Math.min(BATCH, attempts - from);
    const at = (index: number) => Math.floor(now - WEEK_MS * (1 - (from + index) / attempts));
    await Promise.all(
      Array.from(
        { length: size },
        (_, index) => ledger.append({ kind: "attempt", row: attempt(from + index, at(index)) }),
      ),
    );
  }
  await ledger.close();
}

function attempt(index: number, started_at_ms: number): AttemptRow {
  const id = crypto.randomUUID();
  return {
    id,
    call_id: id,
    retry: 0,
    workspace_id: `team-${index % WORKSPACES}`,
    endpoint: "chat/completions",
    model: MODELS[index % MODELS.length],
    app: null,
    stream: index % 2 === 0,
    started_at_ms,
    latency_ms: 900,
    first_byte_ms: 300,
    outcome: "ok",
    http_status: 200,
    error_code: null,
    service_tier: null,
    usage: { input_tokens: 200, cached_input_tokens: 0, output_tokens: 100, reasoning_tokens: 0, total_tokens: 300 },
    usage_source: "counted",
  };
}
