/** What other prices change, as text for a terminal. */
import { formatUsd, type UsdNanos } from "../../../shared/money/money.ts";
import { table } from "../table.ts";
import { iso } from "./options.ts";
import type { RepriceSummary } from "./summary.ts";

/** Groups that are listed. */
const MAX_LISTED = 50;

/** @param isApplied whether the ledger was changed. */
export function summaryText(summary: RepriceSummary, isApplied: boolean): string {
  const { total, priced, lost, unpriced } = summary;
  const lines = [`${plural(total.attempts)}: ${total.changed} ${isApplied ? "changed" : "would change"}.`];
  if (total.changed > 0) lines.push("", groupTable(summary), "");
  if (summary.largest.length > 0) lines.push("The largest changes:", largestTable(summary), "");
  if (priced > 0) lines.push(`Newly priced: ${plural(priced)}.`);
  if (lost > 0) lines.push(`No longer priced: ${plural(lost)}.`);
  if (unpriced.size > 0) lines.push(unpricedLine(unpriced));
  return lines.join("\n").trimEnd();
}

function unpricedLine(unpriced: RepriceSummary["unpriced"]): string {
  const reasons = [...unpriced].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${count}`);
  return `Without a price: ${reasons.join(", ")}.`;
}

function groupTable({ changedGroups: groups, total }: RepriceSummary): string {
  const row = ({ attempts, changed, before, after }: typeof total) => [
    ...[attempts, changed].map(String),
    ...[before, after, (after - before) as UsdNanos].map(formatUsd),
  ];
  const rows = groups.slice(0, MAX_LISTED).map((group) => [group.workspace_id, group.model ?? "-", ...row(group)]);
  const more = groups.length > MAX_LISTED ? `\nand ${groups.length - MAX_LISTED} more workspaces and models` : "";
  const header = ["WORKSPACE", "MODEL", "ATTEMPTS", "CHANGED", "BEFORE (USD)", "AFTER (USD)", "DIFFERENCE"];
  return table(header, [...rows, ["all", "", ...row(total)]]) + more;
}

function largestTable({ largest }: RepriceSummary): string {
  const rows = largest.map(({ id, started_at_ms, workspace_id, model, before, after }) => {
    return [iso(started_at_ms), workspace_id, model ?? "-", costText(before), costText(after), id];
  });
  return table(["STARTED", "WORKSPACE", "MODEL", "BEFORE (USD)", "AFTER (USD)", "ATTEMPT"], rows);
}

function costText(cost: UsdNanos | null): string {
  return cost === null ? "unpriced" : formatUsd(cost);
}

function plural(attempts: number): string {
  return `${attempts} attempt${attempts === 1 ? "" : "s"}`;
}
