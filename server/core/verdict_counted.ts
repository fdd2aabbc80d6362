/** What our own count says of a status: which limit is full, which is closest, of the workspace or of one model in it. */
import { fullCount, METER_LABELS } from "../../shared/format.ts";
import { METER_NAMES, type MeterName } from "../../shared/meters.ts";
import type { Stats } from "../../shared/quota.ts";
import type { Verdict } from "./verdict.ts";
import type { Tight } from "./verdict_provider.ts";

/** A model that has limits of its own, and how it stands. */
export interface ModelStats {
  model: string;
  stats: Stats;
}

/** The day first: when both are full, waiting for the minute helps nobody. */
const LASTING = ["requests_per_day", "tokens_per_day", "requests_per_minute", "tokens_per_minute"] as const;

/** The workspace's limit that is full. */
export function shutByCount(stats: Stats): Verdict | null {
  const name = LASTING.find((name) => isFull(stats, name));
  return name ? shut(stats, name, null) : null;
}

/** The model's limit that is full, of all models: the most lasting. */
export function shutModel(models: readonly ModelStats[]): Verdict | null {
  for (const name of LASTING) {
    const found = models.find(({ stats }) => isFull(stats, name));
    if (found) return shut(found.stats, name, found.model);
  }
  return null;
}

/**
 * The limit with the largest share used, where that is large enough to warn; of equals the first.
 *
 * @param model whose limits they are; `null` for the workspace's.
 */
export function closeByCount(stats: Stats, ratio: number, model: string | null): Tight | null {
  let tightest: MeterName | null = null;
  for (const name of METER_NAMES) {
    const percentage = stats[name]?.percentage ?? -1;
    if (percentage >= ratio * 100 && percentage > (tightest ? stats[tightest]!.percentage : -1)) tightest = name;
  }
  if (!tightest) return null;
  const verdict: Verdict = { status: "warning", cause: counted(stats, tightest, model) };
  return { percentage: stats[tightest]!.percentage, verdict };
}

function isFull(stats: Stats, name: MeterName): boolean {
  return stats[name]?.remaining === 0;
}

function shut(stats: Stats, name: MeterName, model: string | null): Verdict {
  return { status: isDay(name) ? "quota_exceeded" : "rate_limited", cause: counted(stats, name, model) };
}

function counted(stats: Stats, code: MeterName, model: string | null): Verdict["cause"] {
  const meter = stats[code]!;
  const window = isDay(code) ? "today" : "in the last 60 s";
  const taken = meter.current + meter.reserved;
  const what = `${METER_LABELS[code].unit}${model === null ? "" : ` to ${model}`}`;
  return {
    code,
    ...(model === null ? {} : { model }),
    message: `${fullCount(taken)} of ${fullCount(meter.limit)} ${what} ${window}`,
    source: "counted",
    until: meter.available_at ?? meter.resets_at,
    fix: isDay(code) ? "raise_limit" : "wait",
  };
}

function isDay(name: MeterName): boolean {
  return name.endsWith("_day");
}
