/** The result of a line of the bench, and its text for the terminal and `results.md`. */
import { load } from "./machine.ts";

/** One goal and its measurement. */
export interface Verdict {
  measure: string;
  goal: string;
  result: string;
  /** `null` when it was not measured. */
  met: boolean | null;
}

export interface Report {
  verdicts: Verdict[];
  /** The first row of each table is its head. */
  tables: string[][][];
  notes: string[];
}

/** Compares a number with its bound. */
export function verdict(measure: string, value: number, bound: string, digits = 2, unit = ""): Verdict {
  const limit = Number(bound.slice(2));
  const met = Number.isNaN(value) ? null : bound.startsWith("≥") ? value >= limit : value <= limit;
  return {
    measure,
    goal: `${bound}${unit}`,
    result: Number.isNaN(value) ? "not measured" : `${figure(value, digits)}${unit}`,
    met,
  };
}

/** A number for a table; a dash for NaN. */
export function figure(value: number, digits = 0): string {
  if (Number.isNaN(value)) return "–";
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The section of a line in `results.md`. */
export function section(heading: string, { verdicts, tables, notes }: Report, load_before: number): string {
  const rows = verdicts.map((
    { measure, goal, result, met },
  ) => [measure, goal, result, met === null ? "?" : met ? "met" : "**not met**"]);
  const when = `Measured ${new Date().toISOString().slice(0, 10)}; load average ${figure(load_before, 1)} before, ` +
    `${figure(load(), 1)} after, which includes the bench.`;
  const parts = [
    `## ${heading}`,
    table([["measure", "goal", "result", ""], ...rows]),
    ...tables.map(table),
    [...notes, when].map((note) => `- ${note}`).join("\n"),
  ];
  return parts.join("\n\n") + "\n";
}

function table([head, ...rows]: string[][]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (row: string[]) => `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Replaces sections of an earlier report, and keeps those of lines that were not run. */
export function merged(earlier: string, head: string, sections: readonly string[]): string {
  const key = (text: string) => /^## (\w+)/.exec(text)?.[1] ?? "";
  const all = new Map(
    earlier.split(/^(?=## )/m).filter((text) => key(text)).map((text) => [key(text), text.trimEnd() + "\n"]),
  );
  for (const text of sections) all.set(key(text), text);
  const number = (text: string) => Number(/\d+/.exec(key(text))?.[0]);
  return [head, ...[...all.values()].sort((a, b) => number(a) - number(b))].join("\n");
}
