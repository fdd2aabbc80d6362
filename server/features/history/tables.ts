/** History and attempts as CSV and as JSON lines, for other programs. */
import { stringify } from "deno-std/csv/stringify.js";
import type { AttemptBody } from "../../../shared/attempts.ts";
import type { History, HistorySums } from "../../../shared/history/history.ts";

/** The types of the exports, by the ending of the path. */
export const EXPORT_TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl" } as const;
export type ExportFormat = keyof typeof EXPORT_TYPES;

type Line = Record<string, string | number | boolean | null>;

/** Spreadsheets run a text that begins with one of these as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** One line for each step and group in which something happened. */
export function historyLines({ steps, groups, points, by }: History): Line[] {
  const lines = (group: string | null, other: boolean, points: History["points"]) =>
    points.flatMap((sums, step) =>
      sums ? [{ start: steps[step], ...(by === null ? {} : { [by]: group, other }), ...flat(sums) }] : []
    );
  if (by === null) return lines(null, false, points);
  return groups.flatMap(({ group, other, points }) => lines(group, other, points));
}

function flat({ failures, latency_ms, first_byte_ms, ...counts }: HistorySums): Line {
  return {
    ...counts,
    ...prefixed("failures", failures),
    ...prefixed("latency_ms", latency_ms ?? NO_PERCENTILES),
    ...prefixed("first_byte_ms", first_byte_ms ?? NO_PERCENTILES),
  };
}

const NO_PERCENTILES = { p50: null, p95: null, p99: null };

function prefixed(prefix: string, values: Record<string, number | null>): Line {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value]));
}

/** One line for an attempt, its token counts beside its other fields. */
export function attemptLine({ usage, usage_parts, ...fields }: AttemptBody): Line {
  return { ...fields, ...usage, usage_parts: usage_parts && JSON.stringify(usage_parts) };
}

/**
 * Lines in a format.
 *
 * @param isFirst the lines begin the export, which has a heading in CSV.
 */
export function linesAs(format: ExportFormat, lines: readonly Line[], isFirst: boolean): string {
  if (lines.length === 0) return "";
  if (format === "jsonl") return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const columns = Object.keys(lines[0]);
  const safe = lines.map((line) =>
    Object.fromEntries(Object.entries(line).map(([name, value]) => [name, cell(value)]))
  );
  return stringify(safe, { columns, headers: isFirst });
}

function cell(value: Line[string]): string | number | boolean {
  if (value === null) return "";
  return typeof value === "string" && FORMULA.test(value) ? `'${value}` : value;
}
