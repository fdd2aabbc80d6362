/** A table that a keyboard can walk: arrows move between rows, Enter opens one, and headings sort. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";
import { filterOf, setFilter } from "../router.ts";

/** The value by which rows are sorted; of money, whole nano-dollars. */
type SortKey = string | number | bigint;

export interface Column<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** The value by which the rows are sorted; without it the column does not sort. */
  by?: (row: Row) => SortKey;
  /** Numbers stand at the end. */
  number?: true;
}

interface TableProps<Row> {
  /** For screen readers: what the table shows. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Opens a row, by a click or Enter. */
  open?: (row: Row) => void;
  /** The name of the order in the address; two tables of a place need two. */
  sort_name?: string;
}

export function Table<Row>({ caption, columns, rows, keyOf, open, sort_name = "sort" }: TableProps<Row>) {
  const [at, setAt] = useState(0);
  const order = filterOf(sort_name);
  const sorted = sortedRows(rows, columns, order);
  const focused = Math.min(at, sorted.length - 1);
  const walk = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest("tbody > tr") as HTMLTableRowElement | null;
    if (!row || row !== event.target) return;
    if (event.key === "Enter") return open?.(sorted[row.sectionRowIndex]);
    const next = target(event.key, row.sectionRowIndex, sorted.length);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    (row.parentElement as HTMLTableSectionElement).rows[next].focus();
  };
  return (
    <div class="table" tabIndex={-1}>
      <table>
        <caption class="spoken">{caption}</caption>
        <thead>
          <tr>{columns.map((column) => <Heading key={column.id} column={column} order={order} name={sort_name} />)}</tr>
        </thead>
        <tbody onKeyDown={walk}>
          {sorted.map((row, index) => (
            <tr
              key={keyOf(row)}
              tabIndex={index === focused ? 0 : -1}
              class={open && "opens"}
              onFocus={() => setAt(index)}
              onClick={(event) => !(event.target as Element).closest("a, button") && open?.(row)}
            >
              {columns.map(({ id, cell, number }) => <td key={id} class={number && "number"}>{cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Heading<Row>({ column, order, name }: { column: Column<Row>; order: string; name: string }) {
  const { id, title, by, number } = column;
  const direction = order === id ? "ascending" : order === `-${id}` ? "descending" : undefined;
  // Numbers are sought from the largest on.
  const [first, second] = number ? [`-${id}`, id] : [id, `-${id}`];
  const next = order === first ? second : order === second ? "" : first;
  return (
    <th scope="col" class={number && "number"} aria-sort={direction}>
      {by
        ? (
          <button
            type="button"
            title={say("Sort by {column}", { column: title })}
            onClick={() => setFilter(name, [next])}
          >
            {title}
            <span aria-hidden="true">{direction === "ascending" ? "↑" : direction === "descending" ? "↓" : ""}</span>
          </button>
        )
        : title}
    </th>
  );
}

/** The row to which a key moves; `null` for other keys. */
function target(key: string, at: number, length: number): number | null {
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: length - 1 };
  return key in moves ? Math.max(0, Math.min(length - 1, moves[key])) : null;
}

/** The order of the address, `column` or `-column`; as they are for an unknown one. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Pick<Column<Row>, "id" | "by">[],
  order: string,
): readonly Row[] {
  const by = columns.find(({ id }) => id === order.replace(/^-/, ""))?.by;
  if (!by) return rows;
  const sign = order.startsWith("-") ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(by(a), by(b)));
}

function compare(a: SortKey, b: SortKey): number {
  if (typeof a === "string" || typeof b === "string") return String(a).localeCompare(String(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
