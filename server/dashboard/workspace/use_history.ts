/** The history of the open view, kept current. */
import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { History } from "../../../shared/history/history.ts";
import type { HistoryStep } from "../../../shared/history/history_names.ts";
import { addressOf } from "../data/api.ts";
import { now } from "../data/now.ts";
import type { Resource } from "../data/resource.ts";
import { route } from "../router.ts";
import type { MeasuredHistory } from "../charts/measures.ts";
import { addsUp, historyQuery, type Query } from "./history_query.ts";
import { LONGEST_DAY_MS, runningTotals } from "./running_totals.ts";
import { useKept } from "./use_kept.ts";

/** How often a span that ends now is loaded again. */
const REFRESH_MS: Record<HistoryStep, number> = { minute: 5000, hour: 30_000, day: 60_000 };

const PATH = "api/quota/history";

/** `csv` is the address of the same numbers in a file. */
export function useHistory(workspace: string): { history: Resource<History>; query: Query; csv: string } {
  // The text changes with the view, and with the step in which the service's clock is.
  const text = useComputed(() => JSON.stringify(historyQuery(route.value, workspace, now.value, readerZone()))).value;
  const query: Query = JSON.parse(text);
  const refresh_ms = query.to === null ? REFRESH_MS[query.step] : undefined;
  const history = useKept<History>(addressOf(PATH, query), kindOf(query), refresh_ms);
  return { history, query, csv: addressOf(`${PATH}.csv`, query) };
}

/** The same steps with their sums added up over each day; `null` where the view does not ask for it. */
export function useRunningTotals(query: Query): { totals: MeasuredHistory | null; loaded: Resource<History> } | null {
  const isAsked = addsUp(route.value, query.step);
  const from = new Date(Date.parse(query.from) - LONGEST_DAY_MS).toISOString();
  // Without a zone, days begin when those of the service do.
  const wider: Query = { ...query, from, zone: null };
  const refresh_ms = query.to === null ? REFRESH_MS[query.step] : undefined;
  const loaded = useKept<History>(isAsked ? addressOf(PATH, wider) : null, kindOf(wider), refresh_ms);
  const totals = useMemo(() => loaded.data && runningTotals(loaded.data, query.from), [loaded.data, query.from]);
  return isAsked ? { totals, loaded } : null;
}

/** The same for the versions of a history whose span ends now. */
function kindOf(query: Query): string {
  return JSON.stringify({ ...query, from: query.to && query.from });
}

/** A browser that does not know its zone names none that the service knows. */
function readerZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone && timeZone !== "Etc/Unknown" ? timeZone : "UTC";
}
