/** The history of the open view, kept current. */
import { useComputed } from "@preact/signals";
import type { History } from "../../../shared/history/history.ts";
import type { HistoryStep } from "../../../shared/history/history_names.ts";
import { addressOf } from "../data/api.ts";
import { now } from "../data/now.ts";
import type { Resource } from "../data/resource.ts";
import { route } from "../router.ts";
import { historyQuery, type Query } from "./history_query.ts";
import { useKept } from "./use_kept.ts";

/** How often a span that ends now is loaded again. */
const REFRESH_MS: Record<HistoryStep, number> = { minute: 5000, hour: 15_000, day: 60_000 };

const PATH = "api/quota/history";

/** `csv` is the address of the same numbers in a file. */
export function useHistory(workspace: string): { history: Resource<History>; query: Query; csv: string } {
  // The text changes with the view, and with the step in which the service's clock is.
  const text = useComputed(() => JSON.stringify(historyQuery(route.value, workspace, now.value, readerZone()))).value;
  const query: Query = JSON.parse(text);
  const refresh_ms = query.to === null ? REFRESH_MS[query.step] : undefined;
  const kind = JSON.stringify({ ...query, from: query.to && query.from });
  const history = useKept<History>(addressOf(PATH, query), kind, refresh_ms);
  return { history, query, csv: addressOf(`${PATH}.csv`, query) };
}

/** A browser that does not know its zone names none that the service knows. */
function readerZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone && timeZone !== "Etc/Unknown" ? timeZone : "UTC";
}
