/** The text of an expression, as far as the source alone tells it. */
import { constantOf } from "./binding.ts";
import { child, children, field, type Syntax, unwrapped } from "./syntax.ts";

/** A known beginning. */
interface StaticText {
  text: string;
  /** Whether nothing follows it. */
  whole: boolean;
}

const NOTHING: StaticText = { text: "", whole: false };

/** Constants of constants, and sums of sums, are followed so far. */
const DEEPEST = 32;

/**
 * The text of a string, a template, a sum of them, or a `const` of these; of any other expression an empty beginning.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { staticText } from "./static_text.ts";
 *
 * const sum = { type: "BinaryExpression", operator: "+", left: { type: "Literal", value: "https://" }, right: null };
 * assert.equal(staticText(sum).text, "https://");
 * assert(!staticText(sum).whole);
 * ```
 */
export function staticText(expression: Syntax | null, depth = 0): StaticText {
  const node = unwrapped(expression);
  if (!node || depth > DEEPEST) return NOTHING;
  switch (node.type) {
    case "Literal":
    case "StringLiteral":
      return literal(field(node, "value"));
    case "TemplateLiteral":
      return joined(parts(node), depth);
    case "BinaryExpression":
      return field(node, "operator") === "+" ? joined([child(node, "left"), child(node, "right")], depth) : NOTHING;
    case "Identifier":
      return staticText(constantOf(node), depth + 1);
    case "TemplateElement":
      return literal(cooked(node));
    default:
      return NOTHING;
  }
}

/** Strings and expressions of a template in their order. */
function parts(template: Syntax): Syntax[] {
  const between = children(template, "expressions");
  return children(template, "quasis").flatMap((text, index) => between[index] ? [text, between[index]] : [text]);
}

/** ESTree keeps an element's text in `value`, Deno in the element itself. */
function cooked(element: Syntax): unknown {
  const value = field(element, "value");
  return typeof value === "object" && value !== null ? Reflect.get(value, "cooked") : field(element, "cooked");
}

function joined(nodes: (Syntax | null)[], depth: number): StaticText {
  let text = "";
  for (const node of nodes) {
    const part = staticText(node, depth + 1);
    text += part.text;
    if (!part.whole) return { text, whole: false };
  }
  return { text, whole: true };
}

function literal(value: unknown): StaticText {
  return typeof value === "string" ? { text: value, whole: true } : NOTHING;
}
