/** The limits and budgets that hold for the calls of a view, as lines in its charts. */
import { fullCount, METER_LABELS } from "../../../shared/format.ts";
import type { HistoryStep } from "../../../shared/history/history_names.ts";
import { drawnUsd, parseUsd } from "../../../shared/money/money.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import { say } from "../../../shared/words/say.ts";
import type { LimitLine } from "../charts/chart_data.ts";
import type { Measure } from "../charts/measures.ts";
import { usdText } from "../charts/usd_text.ts";
import type { filtersOf } from "./history_query.ts";

type Filters = ReturnType<typeof filtersOf>;

const MINUTES_PER_HOUR = 60;

/**
 * The lines of a chart. A limit by the minute is drawn in steps of minutes, and as its 60-fold in steps of hours; one by the
 * day where no step is longer than it. Calls that a filter leaves have no limit of their own, unless they are all calls of
 * one model or app.
 */
export function limitLines(status: StatusBody, measure: Measure, step: HistoryStep, filters: Filters): LimitLine[] {
  const part = partOf(filters);
  if (part === null) return [];
  if (measure === "cost") return step === "minute" ? [] : budgetLines(status, part);
  const stats = part.scope === "workspace"
    ? status.stats
    : status.models?.find(({ model }) => part.scope === "model" && model === part.name)?.stats;
  const lines = [
    minuteLine(`${measure}_per_minute`, stats?.[`${measure}_per_minute`]?.limit, step),
    step === "minute" ? null : lineOf(`${measure}_per_day`, stats?.[`${measure}_per_day`]?.limit),
  ];
  return lines.filter((line) => line !== null);
}

type Part = { scope: "workspace"; name?: undefined } | { scope: "model" | "app"; name: string };

/** The part of the workspace that a view shows; `null` for one that no limit is about. */
function partOf(filters: Filters): Part | null {
  const [first, ...others] = filters;
  if (first === undefined) return { scope: "workspace" };
  const { name: scope, values } = first;
  if (others.length > 0 || values.length !== 1 || (scope !== "model" && scope !== "app")) return null;
  return { scope, name: values[0] };
}

function minuteLine(
  name: "requests_per_minute" | "tokens_per_minute",
  limit: number | undefined,
  step: HistoryStep,
): LimitLine | null {
  if (step !== "hour") return step === "minute" ? lineOf(name, limit) : null;
  if (limit === undefined) return null;
  const value = limit * MINUTES_PER_HOUR;
  const label = say(METER_LABELS[name].long);
  const text = say("{limit}: {count}, which is {hourly} an hour", {
    limit: label,
    count: fullCount(limit),
    hourly: fullCount(value),
  });
  return { label, value, text };
}

function lineOf(name: keyof typeof METER_LABELS, limit: number | undefined): LimitLine | null {
  if (limit === undefined) return null;
  const label = say(METER_LABELS[name].long);
  return { label, value: limit, text: say("{name}: {value}", { name: label, value: fullCount(limit) }) };
}

function budgetLines({ budgets = [] }: StatusBody, part: Part): LimitLine[] {
  return budgets
    .filter(({ scope, name, period }) => period === "day" && scope === part.scope && name === part.name)
    .map(({ limit_usd }) => {
      const label = say("Day budget");
      const text = say("{name}: {value}", { name: label, value: usdText(limit_usd) });
      return { label, value: drawnUsd(parseUsd(limit_usd)!), text };
    });
}
