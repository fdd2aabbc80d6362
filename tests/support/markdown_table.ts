/** Reads a table of a page in `docs`. */

/**
 * The cells of the table whose first heading is given, without marks of code and emphasis.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { markdownTable } from "./markdown_table.ts";
 *
 * const page = "| name | size |\n| --- | --- |\n| `a.png` | 3 |\n";
 * assert.deepEqual(markdownTable(page, "name"), [["a.png", "3"]]);
 * ```
 *
 * @throws {Error} when the page has no such table.
 */
export function markdownTable(page: string, heading: string): string[][] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  if (start < 0) throw new Error(`The page has no table with the first heading "${heading}"`);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end < 0 ? undefined : end)
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("`", "")));
}
