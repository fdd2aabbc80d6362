/** A table for a terminal. */
/**
 * Columns as wide as their widest cell, two spaces apart.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { table } from "./table.ts";
 *
 * assert.equal(table(["ID", "NOTE"], [["a", "first"]]), "ID  NOTE\na   first");
 * ```
 */
export function table(header: string[], rows: string[][]): string {
  const lines = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, at) => Math.max(...lines.map((row) => widthOf(row[at]))));
  return lines.map((row) => row.map((cell, at) => cell + " ".repeat(widths[at] - widthOf(cell))).join("  ").trimEnd())
    .join("\n");
}

/** A note may hold anything: control characters would move the cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}

function widthOf(text: string): number {
  return [...text].length;
}
