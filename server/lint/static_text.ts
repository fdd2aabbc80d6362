/** The text of an expression, as far as it can be read from the source. */
import { constantOf } from "./binding.ts";
import { child, children, field, type Syntax, unwrapped } from "./syntax.ts";

/** The known beginning of a text. */
interface StaticText {
  text: string;
  /** Whether `text` is the whole text. */
  whole: boolean;
}

const NOTHING: StaticText = { text: "", whole: false };

/** How many nested constants and sums are followed. */
const DEEPEST = 32;

/**
 * The text of a string, a template, a sum of them, or a `const` with such a value. Any other expression has an empty
 * beginning.
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

/** The strings and expressions of a template, in order. */
function parts(template: Syntax): Syntax[] {
  const between = children(template, "expressions");
  return children(template, "quasis").flatMap((text, index) => between[index] ? [text, between[index]] : [text]);
}

/** ESTree has an element's text in `value.cooked`, Deno in `cooked`. */
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
