/** The workspaces of the overview in order and in words. */
import type { WorkspaceList } from "../../../shared/api.ts";
import { nanosOf } from "../../../shared/ui/meters/money_text.ts";
import { opensAt, verbOf, waitFor, waitText } from "../../../shared/ui/time/wait_text.ts";
import { now } from "../data/now.ts";

type Entry = WorkspaceList["data"][number];

/** The order of a name in the address; the tightest first by default. */
export function orderOf(name: string): (a: Entry, b: Entry) => number {
  const byName = (a: Entry, b: Entry) => a.workspace_id < b.workspace_id ? -1 : 1;
  if (name === "name") return byName;
  if (name === "spend") return (a, b) => compareUsd(b.spend?.day_usd, a.spend?.day_usd) || byName(a, b);
  if (name === "calls") return (a, b) => (b.calls ?? 0) - (a.calls ?? 0) || byName(a, b);
  return (a, b) => (b.percentage ?? -1) - (a.percentage ?? -1) || byName(a, b);
}

function compareUsd(a = "0", b = "0"): number {
  const difference = nanosOf(a) - nanosOf(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** When the tightest limit or budget opens, resets or frees up; empty where nothing of it is used. */
export function endOf({ tightest, budget, cause = null, percentage }: Entry): string {
  if (budget) return percentage ? waitText(waitFor("resets", budget.resets_at, "calendar_day", 0, now.value)) : "";
  if (!tightest || !percentage) return "";
  const opens = opensAt(tightest, cause);
  const [verb, until] = opens ? ["opens" as const, opens] : [verbOf(tightest.window), tightest.resets_at];
  return waitText(waitFor(verb, until, tightest.window, 0, now.value));
}
