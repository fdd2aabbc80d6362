/** From readings of the live store to the meters of a status. */
import type { Limits } from "../../core/limits.ts";
import { meter } from "../../core/meter.ts";
import type { ModelStats } from "../../core/verdict_counted.ts";
import type { WorkspaceLimits } from "../../core/workspace_limits.ts";
import type { Readings, Snapshot } from "../../live/live_store.ts";
import type { MeterName } from "../../../shared/meters.ts";
import type { Meter, Stats, WindowKind } from "../../../shared/quota.ts";

/** All four meters; `null` where there is no such limit. */
export function statsOf(limits: Limits, readings: Readings): Stats {
  return {
    requests_per_minute: meterOf(limits, readings, "requests_per_minute", "rolling_60s"),
    requests_per_day: meterOf(limits, readings, "requests_per_day", "calendar_day"),
    tokens_per_minute: meterOf(limits, readings, "tokens_per_minute", "rolling_60s"),
    tokens_per_day: meterOf(limits, readings, "tokens_per_day", "calendar_day"),
  };
}

/** The meters of each model that has limits. */
export function modelStats({ models }: WorkspaceLimits, snapshot: Snapshot): ModelStats[] {
  return snapshot.models.flatMap(({ model, readings }) => {
    const limits = models.get(model);
    return limits ? [{ model, stats: statsOf(limits, readings) }] : [];
  });
}

/** The smaller of the token limits. */
export function maxTokens({ tokens_per_minute, tokens_per_day }: Limits): number {
  return Math.min(tokens_per_minute ?? Infinity, tokens_per_day ?? Infinity);
}

function meterOf(limits: Limits, readings: Readings, name: MeterName, window: WindowKind): Meter | null {
  const [limit, reading] = [limits[name], readings[name]];
  return limit === null || reading === null ? null : meter({ ...reading, limit, window });
}
