/** The result of a status decision, shared by the rules that make it. */
import type { Cause, QuotaStatus } from "../../shared/quota.ts";

/** A status and its cause. The tracker adds `since`, because only it knows earlier verdicts. */
export interface Verdict {
  status: QuotaStatus;
  cause: Omit<Cause, "since"> | null;
}

/** A limit that is close to full, with the warning it causes. */
export interface NearLimit {
  /** Share of the limit that is used, in percent. */
  percentage: number;
  verdict: Verdict;
}

/** Verdicts of one kind are one status that lasts. */
export function kindOf({ status, cause }: Verdict): string {
  return cause ? `${status} ${cause.code} ${cause.model ?? cause.budget?.name ?? ""}` : status;
}
