/** Money is never a double: no number under a name of money, and no arithmetic on it but that of `shared/money/money.ts`. */
import { assertEquals } from "../support/assert.ts";
import { productSources } from "./sources.ts";

/** The one file that may turn money into a number: the percentage of a meter. */
const ARITHMETIC = "shared/money/money.ts";

const NAME = /(?:^|_)usd(?:_|$)|[a-z]Usd(?:[A-Z]|$)/;

const CONVERSIONS = new Set(["Number", "parseFloat", "parseInt"]);

/** SQL that sums as a double. A sum of money is `sum()`, read as a text. */
const SQL_DOUBLE = /\b(?:total|avg)\(\s*[\w.]*usd|\busd\w* REAL\b/i;

interface Tree {
  type: string;
  name?: string;
  [child: string]: unknown;
}

/** The lines of a file that hold money as a number, with the reason. */
function doublesIn(path: string, text: string): string[] {
  const found: string[] = [];
  const report = (node: Deno.lint.Node, why: string) =>
    found.push(`${path}:${text.slice(0, node.range[0]).split("\n").length} ${why}`);
  const numberTyped = (node: Deno.lint.Node, name: unknown, annotation: unknown) => {
    if (typeof name === "string" && NAME.test(name) && isNumber(annotation)) report(node, `${name}: number`);
  };
  const visitors: Deno.lint.LintVisitor = {
    Identifier: (node) => numberTyped(node, node.name, node.typeAnnotation),
    TSPropertySignature: (node) => numberTyped(node, nameOf(node.key), node.typeAnnotation),
    PropertyDefinition: (node) => numberTyped(node, nameOf(node.key), node.typeAnnotation),
    CallExpression: (node) => {
      const name = nameOf(node.callee);
      if (name && CONVERSIONS.has(name) && node.arguments.some(hasMoney)) report(node, `${name}() of money`);
    },
    UnaryExpression: (node) => {
      if (node.operator === "+" && hasMoney(node.argument)) report(node, "+ of money");
    },
    TemplateElement: (node) => {
      if (SQL_DOUBLE.test(node.raw)) report(node, "SQL sums money as a double");
    },
    Literal: (node) => {
      if (typeof node.value === "string" && SQL_DOUBLE.test(node.value)) report(node, "SQL sums money as a double");
    },
  };
  Deno.lint.runPlugin({ name: "money", rules: { doubles: { create: () => visitors } } }, path, text);
  return found;
}

function nameOf(node: unknown): string | undefined {
  const { type, name } = node as Tree;
  return type === "Identifier" || type === "PrivateIdentifier" ? name : undefined;
}

/** `number`, also in a union: `number | null`. */
function isNumber(annotation: unknown): boolean {
  const node = annotation as Tree | null | undefined;
  if (!node) return false;
  if (node.type === "TSTypeAnnotation") return isNumber(node.typeAnnotation);
  if (node.type === "TSUnionType") return (node.types as unknown[]).some(isNumber);
  return node.type === "TSNumberKeyword";
}

/** Whether an expression reads something under a name of money. The name of a function that it calls does not count. */
function hasMoney(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasMoney);
  const node = value as Tree | null;
  if (typeof node?.type !== "string") return false;
  if (node.type === "CallExpression") return hasMoney(node.arguments);
  const own = nameOf(node);
  if (own !== undefined) return NAME.test(own);
  if (node.type === "MemberExpression") return hasMoney(node.property);
  const { argument, left, right, expression } = node;
  return [argument, left, right, expression].some(hasMoney);
}

Deno.test("money is never a number in the product", async () => {
  const sources = (await productSources()).filter(({ path }) => path !== ARITHMETIC);
  assertEquals(sources.flatMap(({ path, text }) => doublesIn(path, text)), []);
});

Deno.test("a number under a name of money is found, and other numbers are not", () => {
  const bad = [
    "interface A { cost_usd: number }",
    "interface A { spent_usd_nanos: number | null }",
    "function f(limitUsd: number) {}",
    "class A { #costUsd: number = 0 }",
    "const x = Number(row.cost_usd_nanos)",
    "const x = parseFloat(body.cost_usd)",
    "const x = Number(a.spent_usd_nanos * 100n)",
    "const x = +cost_usd",
    'const sql = "SELECT total(cost_usd_nanos) FROM attempts"',
    "const sql = `SELECT avg(a.cost_usd_nanos) FROM attempts a`",
  ];
  assertEquals(bad.filter((text) => doublesIn("a.ts", text).length !== 1), []);
  const good = [
    "interface A { cost_usd: string; nanos: number }",
    "const x = Number(tokens)",
    "const usdNanos = (value: bigint) => value",
    'const sql = "SELECT CAST(sum(cost_usd_nanos) AS TEXT) FROM attempts"',
  ];
  assertEquals(good.flatMap((text) => doublesIn("a.ts", text)), []);
});
