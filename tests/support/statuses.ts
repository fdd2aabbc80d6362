/** Statuses and instants for tests of the extension. */
import { CONTRACT } from "../../shared/contract.ts";
import type { Meter, StatusBody } from "../../shared/quota.ts";
import { noTokens } from "../../shared/tokens.ts";

/** The time of both the service and the extension, unless a test says otherwise. */
export const NOON = Date.UTC(2026, 10, 21, 12);

/** An instant in its wire format. */
export function wire(at: number): string {
  return new Date(at).toISOString();
}

/** A rolling meter that resets 40 s after noon. */
export function meter(current: number, limit: number, more: Partial<Meter> = {}): Meter {
  const percentage = Math.round(current * 1000 / limit) / 10;
  const base = { current, reserved: 0, limit, remaining: Math.max(0, limit - current), percentage };
  return { ...base, window: "rolling_60s", resets_at: wire(NOON + 40_000), available_at: null, ...more };
}

/** A normal status of workspace `acme` at noon. */
export function statusBody(more: Partial<StatusBody> = {}): StatusBody {
  return {
    contract: CONTRACT,
    workspace_id: "acme",
    status: "normal",
    seq: 1,
    server_time: wire(NOON),
    cause: null,
    warning_ratio: 0.9,
    stats: {
      requests_per_minute: meter(60, 500),
      requests_per_day: meter(60, 10_000, { window: "calendar_day", resets_at: wire(NOON + 12 * 3_600_000) }),
      tokens_per_minute: null,
      tokens_per_day: null,
    },
    provider: [],
    usage: { calls: 0, attempts: 0, failed: 0, estimated_calls: 0, ...noTokens(), since: wire(NOON) },
    ...more,
  };
}
