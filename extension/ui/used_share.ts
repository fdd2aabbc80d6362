/** The one number of a glance: how much of the tightest limit is used, by whichever count decides. */
import type { StatusBody } from "../../shared/quota.ts";
import { percentageOf } from "./describe_meter.ts";
import { tightest } from "./tightest.ts";

/**
 * Used share of the tightest limit in percent: the provider's own count where the service found that one tighter. Null
 * where no limit is known.
 */
export function usedShare(status: StatusBody): number | null {
  const { cause, provider } = status;
  const counted = tightest(status);
  const ours = counted ? [percentageOf(counted.meter)] : [];
  const limits = provider.flatMap(({ requests, tokens }) => [requests, tokens]).filter((limit) => limit !== null);
  const theirs = limits.filter(({ limit }) => limit > 0).map(({ limit, remaining }) => 100 * (1 - remaining / limit));
  const all = cause?.source === "reported" ? [...ours, ...theirs] : ours;
  return all.length > 0 ? Math.max(...all) : null;
}
