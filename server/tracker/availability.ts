/** May a call be sent now, and if not, when: a status in the fewest words. */
import type { Verdict } from "../core/verdict_types.ts";
import type { Availability } from "../../shared/api.ts";
import { LEDGER_RETRY_MS } from "./refusals.ts";

const SHUT = new Set(["rate_limited", "quota_exceeded"]);

/** What an availability is told from. */
interface Outlook {
  /** What the call meets. */
  meets: Verdict;
  /** The status that is told with it: of a call whose model nobody named, the whole workspace's. */
  told: Pick<Verdict, "status"> & { cause: { message: string } | null };
  /** Whether calls are refused while the ledger cannot count them. */
  enforcing: boolean;
}

/** The availability at an instant. */
export function availability({ meets, told, enforcing }: Outlook, now_ms: number): Availability {
  const uncounted = enforcing && meets.cause?.code === "ledger_failing";
  const available = !uncounted && !SHUT.has(meets.status);
  const wait = uncounted ? LEDGER_RETRY_MS / 1000 : secondsTo(meets.cause?.until, now_ms);
  return {
    available,
    status: told.status,
    retry_after_seconds: available ? null : wait,
    reason: told.cause?.message ?? null,
  };
}

function secondsTo(until: string | null | undefined, now_ms: number): number | null {
  return until ? Math.max(0, Math.ceil((Date.parse(until) - now_ms) / 1000)) : null;
}
