/** A week of calls for pictures: many by day, few by night. */
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import { usdNanos } from "../../shared/money/money.ts";
import { noTokens } from "../../shared/tokens.ts";
import { attempt } from "../contracts/ledger_contract.ts";

const HOUR_MS = 3_600_000;

const MODELS = [
  { model: "gpt-5.4", tokens: 1900, nanos: 6_500_000n, share: 3 },
  { model: "gpt-5.4-mini", tokens: 1100, nanos: 900_000n, share: 5 },
  { model: "text-embedding-3-large", tokens: 400, nanos: 52_000n, share: 8 },
];

/** How busy each day of the week is, Sunday first. */
const DAYS = [0.4, 1.2, 1, 1.35, 1.1, 0.9, 0.5];

/** Most calls are made in the afternoon. */
export function weekOfCalls(now: number): AttemptRow[] {
  return Array.from({ length: 7 * 24 }, (_, age) => new Date(now - age * HOUR_MS)).flatMap((from) => {
    const busy = Math.max(0, Math.sin((from.getUTCHours() - 6) / 24 * 2 * Math.PI)) * DAYS[from.getUTCDay()];
    const calls = Math.round(4 + 75 * busy);
    return Array.from({ length: calls }, (_, at) => {
      const { model, tokens, nanos } = MODELS.find(({ share }) => at % 8 < share)!;
      const isFailed = at % 23 === 7;
      const used = isFailed ? 0 : tokens + at * 7 % 300;
      return attempt({
        model,
        started_at_ms: from.getTime() - at * 60_000 % HOUR_MS,
        latency_ms: 400 + at * 137 % 2900,
        first_byte_ms: 150 + at * 37 % 700,
        usage: { ...noTokens(), input_tokens: used, total_tokens: used },
        ...isFailed ? { outcome: "failed", http_status: 429, error_code: "rate_limit_exceeded" } : {},
        cost_usd_nanos: usdNanos(isFailed ? 0n : nanos),
      });
    });
  });
}
