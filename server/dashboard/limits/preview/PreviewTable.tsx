/** The rules of a preview: the highest use of each, and the calls that it refuses now and would refuse. */
import { useState } from "preact/hooks";
import type { LimitsPreview, PreviewedRule } from "../../../../shared/budgets/limits_preview.ts";
import { say, sayCount } from "../../../../shared/words/say.ts";
import { localTimeText } from "../../data/local_time.ts";
import { type Column, Table } from "../../parts/Table.tsx";
import { scopeTitle } from "../scope_title.ts";
import { isTelling, type PreviewRow, previewRows } from "./preview_rows.ts";
import { limitText, refusedText, ruleLabel, scopeOf, useText } from "./preview_text.ts";

/** Rows that are shown even where they say nothing new. */
const FEW = 8;

export function PreviewTable({ preview }: { preview: LimitsPreview }) {
  const [isWhole, setWhole] = useState(false);
  const rows = previewRows(preview);
  const shown = isWhole ? rows : rows.slice(0, Math.max(FEW, rows.filter(isTelling).length));
  const hidden = rows.length - shown.length;
  if (rows.length === 0) return null;
  return (
    <>
      <Table
        caption={say("Rules and their effect")}
        columns={columns()}
        rows={shown}
        keyOf={({ key }) => key}
        sort_name="preview"
      />
      {hidden > 0 && (
        <p>
          <button type="button" class="button" onClick={() => setWhole(true)}>
            {sayCount(hidden, "{count} more", "{count} more")}
          </button>
        </p>
      )}
    </>
  );
}

const columns = (): Column<PreviewRow>[] => {
  const [highest, current, proposed] = [
    say("Highest use|column"),
    say("In force|column"),
    say("With these limits|column"),
  ];
  return [
    { id: "rule", title: say("Rule|column"), cell: (row) => <RuleName of={anyOf(row)} /> },
    { id: "highest", title: highest, cell: (row) => <Highest of={anyOf(row)} title={highest} />, number: true },
    { id: "current", title: current, cell: (row) => <Effect of={row.current} title={current} />, number: true },
    { id: "proposed", title: proposed, cell: (row) => <Effect of={row.proposed} title={proposed} />, number: true },
  ];
};

/** Both have the same use: that of the calls as they were. */
const anyOf = ({ current, proposed }: PreviewRow) => (proposed ?? current)!;

function RuleName({ of }: { of: PreviewedRule }) {
  const title = scopeTitle(scopeOf(of));
  return (
    <>
      {ruleLabel(of.rule)}
      <bdi class="under muted">{of.mode === "shadow" ? say("Observed only: {scope}", { scope: title }) : title}</bdi>
    </>
  );
}

interface CellProps<Of> {
  of: Of;
  /** The column's, which a narrow page shows in each cell. */
  title: string;
}

function Highest({ of: { highest, highest_at }, title }: CellProps<PreviewedRule>) {
  return (
    <>
      <span class="title muted">{title}</span>
      {useText(highest)}
      {highest_at !== null && <span class="under muted">{localTimeText(highest_at)}</span>}
    </>
  );
}

function Effect({ of, title }: CellProps<PreviewedRule | null>) {
  return (
    <>
      <span class="title muted">{title}</span>
      {of ? limitText(of.limit) : <span class="muted">{say("No rule|cell")}</span>}
      {of && <span class={`under ${weightOf(of)}`}>{refusedText(of)}</span>}
    </>
  );
}

function weightOf({ refused_calls, mode }: PreviewedRule): string {
  if (refused_calls === 0) return "muted";
  return mode === "hard" ? "some" : "";
}
