/** The rules never throw on malformed programs: teams turn off a linter that crashes. */
import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import plugin from "./eslint_plugin.ts";
import { LINTERS, runRule } from "./linters_test.ts";
import type { Syntax } from "./syntax.ts";

const RULES = Object.values(plugin.rules);

const TYPES = [
  "ArrayPattern AssignmentExpression AssignmentPattern AwaitExpression BinaryExpression BlockStatement CallExpression",
  "CatchClause ChainExpression ClassDeclaration ExportAllDeclaration ExportNamedDeclaration ExportSpecifier",
  "ForOfStatement FunctionDeclaration Identifier ImportDeclaration ImportDefaultSpecifier ImportExpression",
  "ImportNamespaceSpecifier ImportSpecifier Literal MemberExpression NewExpression ObjectPattern Program Property",
  "RestElement SequenceExpression TemplateElement TemplateLiteral TSAsExpression TSExternalModuleReference",
  "TSImportEqualsDeclaration VariableDeclaration VariableDeclarator Unheard",
].join(" ").split(" ");

const KEYS = [
  "argument arguments body callee computed cooked declaration declarations elements exportKind expression expressions",
  "id imported importKind init key kind left local moduleReference name object operator param params properties",
  "property quasis right source specifiers value",
].join(" ").split(" ");

const TEXTS = ["openai", "require", "fetch", "createRequire", "https://api.openai.com/", "+", "const", "type", "then"];

/** Trees of real node types with any value in any field. */
const { node } = fc.letrec<{ node: Syntax; value: unknown }>((tie) => ({
  node: fc.tuple(fc.constantFrom(...TYPES), fc.dictionary(fc.constantFrom(...KEYS), tie("value"), { maxKeys: 6 }))
    .map(([type, fields]) => ({ ...fields, type })),
  value: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(fc.constantFrom(...TEXTS), fc.constantFrom(null, undefined, 4, 10n, true, /a/, {}, [null])),
    tie("node"),
    fc.array(tie("node"), { maxLength: 4 }),
  ),
}));

Deno.test("property: a tree with any value in any field is linted without a fault, and messages are complete", () => {
  fc.assert(
    fc.property(node, (program) => {
      for (const rule of RULES) {
        for (const message of runRule(rule, program, "a.ts", {})) assert(!message.includes("{{"), message);
      }
    }),
    { numRuns: 500 },
  );
});

const PIECES = [
  'import OpenAI from "openai";',
  'import { type A, OpenAI as B } from "npm:openai@7";',
  'export * from "openai"; export { default as c } from "openai";',
  'const { d, ...e } = require("openai");',
  'const f = (await import("openai")).g;',
  "for (const h of [require]) { h('openai'); }",
  'try { require("openai") } catch ({ require }) { require("openai") }',
  'fetch(`https://api.openai.com/${"i"}`);',
  'new WebSocket("wss://api.openai.com" + j);',
  "class K { static { require('openai') } #l = fetch(m) }",
  "label: for (var n in o) { if (p) continue label; }",
  "async function* q({ r = require('openai') }, [s, , t] = [], ...u) { yield* await v }",
  "const w = (x, y = fetch('https://api.openai.com')) => ({ [x]: y, get z() { return 1n } });",
  "tag`a${import('openai')}b`; ;;; new.target; import.meta; a?.[b]?.(c);",
];

Deno.test("property: fragments of real programs in any order, and cut anywhere, are linted without a fault", () => {
  const program = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).chain((pieces) => {
    const text = pieces.join("\n");
    return fc.tuple(fc.constant(text), fc.nat(text.length), fc.nat(text.length));
  });
  let parsed = 0;
  fc.assert(
    fc.property(program, fc.boolean(), ([text, from, to], isCut) => {
      const source = isCut ? text.slice(0, from) + text.slice(to) : text;
      for (const lint of Object.values(LINTERS.js)) {
        for (const rule of Object.keys(plugin.rules)) parsed += lintIfItParses(() => lint(rule, "a.js", source));
      }
    }),
    { numRuns: 100 },
  );
  assert(parsed > 100, `only ${parsed} programs could be parsed`);
});

/** Returns 1 if the source could be parsed. The parser's own errors are expected. */
function lintIfItParses(lint: () => unknown): number {
  try {
    lint();
    return 1;
  } catch (error) {
    assert(error instanceof Error);
    const isParsers = error instanceof SyntaxError ||
      /^(?:Expected|Unexpected|Unterminated)|\bat a\.js:|file:/.test(error.message);
    assert(isParsers, String(error.stack));
    return 0;
  }
}

Deno.test("chains of constants and sums are followed to a maximum depth", () => {
  const sum = Array.from({ length: 100 }, (_, index) => `"${index}"`).join(" + ");
  const names = Array.from({ length: 100 }, (_, index) => `const a${index + 1} = a${index};`).join("");
  const source = `const a0 = "openai"; ${names} fetch(${sum}); require(a100); import(a100); a100("openai");`;
  for (const lint of Object.values(LINTERS.js)) assertEquals(lint("no-untracked-openai", "a.js", source), []);
});

Deno.test("a tree deeper than a parser can make is checked without an overflow, and reports nothing", () => {
  const DEPTH = 100_000;
  let wrapped: Syntax = { type: "Identifier" };
  let sum: Syntax = { type: "Literal" };
  for (let depth = 0; depth < DEPTH; depth++) {
    wrapped = Object.assign({ type: "TSNonNullExpression" }, { expression: wrapped });
    sum = Object.assign({ type: "BinaryExpression" }, { operator: "+", left: sum, right: sum });
  }
  const call = Object.assign({ type: "CallExpression" }, { callee: wrapped, arguments: [sum] });
  const loaded = Object.assign({ type: "ImportExpression" }, { source: sum, parent: sum });
  const reports: unknown[] = [];
  for (const rule of RULES) {
    const visitor = rule.create({ filename: "a.ts", options: [], report: (finding) => reports.push(finding) });
    visitor.CallExpression?.(call);
    visitor.ImportExpression?.(loaded);
  }
  assertEquals(reports, []);
});
