/**
 * Reads syntax trees of any ESTree dialect. Parsers differ and programs may be incomplete, so no function relies on a
 * field, and none throws.
 */

/** A node. Read its fields with the functions below. */
export interface Syntax {
  readonly type: string;
}

/** The value of a field. */
export function field(node: Syntax, key: string): unknown {
  return Reflect.get(node, key);
}

/** The node in a field. */
export function child(node: Syntax, key: string): Syntax | null {
  const value = field(node, key);
  return isSyntax(value) ? value : null;
}

/** The nodes in a field that is a list; holes are omitted. */
export function children(node: Syntax, key: string): Syntax[] {
  const value = field(node, key);
  return Array.isArray(value) ? value.filter(isSyntax) : [];
}

/**
 * The name in an identifier or a string: `OpenAI` in `{ OpenAI }` and in `{ "OpenAI" as A }`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nameOf } from "./syntax.ts";
 *
 * const identifier = { type: "Identifier", name: "OpenAI" };
 * const literal = { type: "Literal", value: "OpenAI" };
 * assert.equal(nameOf(identifier), nameOf(literal));
 * ```
 */
export function nameOf(node: Syntax | null): string | null {
  const name = node && field(node, node.type === "Identifier" ? "name" : "value");
  return typeof name === "string" ? name : null;
}

/** The name of a property, if it is constant: `a.b`, `a["b"]`, `{ b }`, `{ "b": c }`. */
export function keyOf(node: Syntax, key: "property" | "key"): string | null {
  const name = child(node, key);
  return name?.type === "Identifier" && field(node, "computed") === true ? null : nameOf(name);
}

const WRAPPERS = new Set([
  "ChainExpression",
  "ParenthesizedExpression",
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

/** Whether a node has the same runtime value as the expression in it, such as a type assertion. */
export function isWrapper(node: Syntax): boolean {
  return WRAPPERS.has(node.type);
}

/** An expression without its wrappers: the `a` of `(a as B)!` and of `(0, a)`. */
export function unwrapped(node: Syntax | null): Syntax | null {
  let inner = node;
  while (inner) {
    if (isWrapper(inner)) inner = child(inner, "expression");
    else if (inner.type === "SequenceExpression") inner = children(inner, "expressions").at(-1) ?? null;
    else break;
  }
  return inner;
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string";
}
