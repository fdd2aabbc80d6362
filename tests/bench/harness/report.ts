/** What a line of the bench came to, and how it is shown: on the terminal and in `results.md` alike. */
import { load } from "./machine.ts";

/** One promise of PERFORMANCE against what was seen. */
export interface Verdict {
  what: string;
  goal: string;
  seen: string;
  /** `null` when it could not be measured here. */
  met: boolean | null;
}

export interface Report {
  verdicts: Verdict[];
  /** First row of each: its head. */
  tables: string[][][];
  notes: string[];
}

/** The verdict on a number that has a bound. */
export function verdict(what: string, seen: number, bound: string, digits = 2, unit = ""): Verdict {
  const limit = Number(bound.slice(2));
  const met = Number.isNaN(seen) ? null : bound.startsWith("≥") ? seen >= limit : seen <= limit;
  return {
    what,
    goal: `${bound}${unit}`,
    seen: Number.isNaN(seen) ? "not measured" : `${figure(seen, digits)}${unit}`,
    met,
  };
}

/** A number for a table; a dash for none. */
export function figure(value: number, digits = 0): string {
  if (Number.isNaN(value)) return "–";
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A line's section of `results.md`. */
export function section(heading: string, { verdicts, tables, notes }: Report, load_before: number): string {
  const rows = verdicts.map((
    { what, goal, seen, met },
  ) => [what, goal, seen, met === null ? "?" : met ? "met" : "**not met**"]);
  const when = `Measured ${new Date().toISOString().slice(0, 10)}; load average ${figure(load_before, 1)} before, ` +
    `${figure(load(), 1)} after, its own included.`;
  const parts = [
    `## ${heading}`,
    table([["what", "goal", "seen", ""], ...rows]),
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

/** Puts sections into an earlier report: those of lines that were not run stay. */
export function merged(earlier: string, head: string, sections: readonly string[]): string {
  const key = (text: string) => /^## (\w+)/.exec(text)?.[1] ?? "";
  const all = new Map(
    earlier.split(/^(?=## )/m).filter((text) => key(text)).map((text) => [key(text), text.trimEnd() + "\n"]),
  );
  for (const text of sections) all.set(key(text), text);
  const number = (text: string) => Number(/\d+/.exec(key(text))?.[0]);
  return [head, ...[...all.values()].sort((a, b) => number(a) - number(b))].join("\n");
}
