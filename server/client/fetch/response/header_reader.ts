/** Reads the headers of a response in any form. */

/**
 * Returns a function that reads a header. Mocks have headers as a plain object, or none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { headerReader } from "./header_reader.ts";
 *
 * assert.equal(headerReader({ "Content-Type": "text/plain" })("content-type"), "text/plain");
 * assert.equal(headerReader(undefined)("content-type"), null);
 * ```
 */
export function headerReader(headers: unknown): (name: string) => string | null {
  if (typeof headers !== "object" || headers === null) return () => null;
  const { get } = headers as Partial<Headers>;
  if (typeof get === "function") return (name) => (headers as Headers).get(name) ?? null;
  const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return (name) => values.get(name) ?? null;
}
