/** The status that follows from our own count: which limit of the workspace or of a model is full or close to it. */
import { fullCount, METER_LABELS } from "../../shared/format.ts";
import { METER_NAMES, type MeterName } from "../../shared/meters.ts";
import type { Stats } from "../../shared/quota.ts";
import type { NearLimit, Verdict } from "./verdict_types.ts";

/** The meters of a model that has limits of its own. */
export interface ModelStats {
  model: string;
  stats: Stats;
}

/** Days come first: while a day is full, waiting for the next minute does not help. */
const LONGEST_FIRST = ["requests_per_day", "tokens_per_day", "requests_per_minute", "tokens_per_minute"] as const;

/** The verdict for the workspace's own limit that is full; `null` where none is. */
export function fullWorkspace(stats: Stats): Verdict | null {
  const name = LONGEST_FIRST.find((name) => isFull(stats, name));
  return name ? full(stats, name, null) : null;
}

/** The verdict for a model whose limit is full. Among several models, a full day goes before a full minute. */
export function fullModel(models: readonly ModelStats[]): Verdict | null {
  for (const name of LONGEST_FIRST) {
    const found = models.find(({ stats }) => isFull(stats, name));
    if (found) return full(found.stats, name, found.model);
  }
  return null;
}

/**
 * The limit with the largest used share, where that share is large enough to warn. Of equal shares the first.
 *
 * @param model whose limits `stats` are; `null` for the workspace's own.
 */
export function nearByCount(stats: Stats, warning_ratio: number, model: string | null): NearLimit | null {
  let nearest: MeterName | null = null;
  for (const name of METER_NAMES) {
    const percentage = stats[name]?.percentage ?? -1;
    if (percentage >= warning_ratio * 100 && percentage > (nearest ? stats[nearest]!.percentage : -1)) nearest = name;
  }
  if (!nearest) return null;
  const verdict: Verdict = { status: "warning", cause: counted(stats, nearest, model) };
  return { percentage: stats[nearest]!.percentage, verdict };
}

function isFull(stats: Stats, name: MeterName): boolean {
  return stats[name]?.remaining === 0;
}

function full(stats: Stats, name: MeterName, model: string | null): Verdict {
  return { status: isDay(name) ? "quota_exceeded" : "rate_limited", cause: counted(stats, name, model) };
}

function counted(stats: Stats, code: MeterName, model: string | null): Verdict["cause"] {
  const meter = stats[code]!;
  const window = isDay(code) ? "today" : "in the last 60 s";
  const taken = meter.current + meter.reserved;
  const unit = `${METER_LABELS[code].unit}${model === null ? "" : ` to ${model}`}`;
  return {
    code,
    ...(model === null ? {} : { model }),
    message: `${fullCount(taken)} of ${fullCount(meter.limit)} ${unit} ${window}`,
    source: "counted",
    until: meter.available_at ?? meter.resets_at,
    fix: isDay(code) ? "raise_limit" : "wait",
  };
}

function isDay(name: MeterName): boolean {
  return name.endsWith("_day");
}
