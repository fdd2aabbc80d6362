/** The sums of a time span as tiles. */
import type { HistorySums } from "../../../shared/history/history.ts";
import type { FailureClass } from "../../../shared/history/history_names.ts";
import { fullCount } from "../../../shared/format.ts";
import { say } from "../../../shared/words/say.ts";
import { failureText, millisText } from "../charts/history_series.ts";
import { tokensOf } from "../charts/measures.ts";
import { usdText } from "../charts/usd_text.ts";

/** @param totals `null` while they are not known. */
export function totalTiles(totals: HistorySums | null) {
  const { failed = 0, latency_ms = null } = totals ?? {};
  return [
    {
      label: say("Requests|tile"),
      value: totals && fullCount(totals.attempts),
      detail: totals && say("{count} refused by limits", { count: fullCount(totals.refused) }),
    },
    {
      label: say("Tokens|column"),
      value: totals && fullCount(tokensOf(totals)),
      detail: totals && say("{input} in, {output} out", {
        input: fullCount(totals.input_tokens),
        output: fullCount(totals.output_tokens),
      }),
    },
    costTile(totals),
    {
      label: say("Failed|outcome"),
      value: totals && fullCount(failed),
      detail: totals && mostFailures(totals),
      tone: failed > 0 ? "warning" as const : undefined,
    },
    {
      label: say("Duration, p95"),
      value: totals && millisText(latency_ms?.p95 ?? null),
      detail: latency_ms && say("half within {time}", { time: millisText(latency_ms.p50) }),
    },
  ];
}

function costTile(totals: HistorySums | null) {
  if (totals === null || totals.unpriced_calls === 0) {
    return { label: say("Cost"), value: totals && usdText(totals.cost_usd), detail: null };
  }
  return {
    label: say("Cost, at least"),
    value: usdText(totals.cost_usd, "floor"),
    detail: say("{count} calls unpriced", { count: fullCount(totals.unpriced_calls) }),
  };
}

/** The most frequent class of failures; `null` where nothing failed. */
function mostFailures({ failures }: HistorySums): string | null {
  const classes = Object.keys(failures) as FailureClass[];
  const most = classes.reduce((a, b) => failures[b] > failures[a] ? b : a);
  if (failures[most] === 0) return null;
  return say("{name}: {value}", { name: failureText(most), value: fullCount(failures[most]) });
}
