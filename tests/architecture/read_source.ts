/** Reads the imports, exports and definitions of a source file, with the parser of Deno's linter. */

/** One import or re-export, of values or types, static or dynamic. */
export interface Import {
  /** The specifier as written. */
  from: string;
  /** The imported names; `*` for the whole module. */
  names: string[];
  line: number;
}

/** A read of the clock or a timer that is set: `Date.now()`, `setTimeout()`. */
export interface ClockUse {
  what: string;
  line: number;
}

/** A function and its length. */
export interface FunctionSize {
  line: number;
  lines: number;
}

/** The facts about one file. */
export interface SourceFacts {
  imports: Import[];
  /** `*` for a re-export of a whole module. */
  exports: string[];
  clocks: ClockUse[];
  functions: FunctionSize[];
}

const TIMERS = ["setTimeout", "setInterval"];
const CLOCKS = ["Date", "performance"];

/** Reads the text of one file. */
export function readSource(path: string, text: string): SourceFacts {
  const facts: SourceFacts = { imports: [], exports: [], clocks: [], functions: [] };
  const line = (node: Deno.lint.Node) => text.slice(0, node.range[0]).split("\n").length;
  const visitors = { ...importVisitors(facts, line), ...clockVisitors(facts, line), ...functionVisitors(facts, text) };
  Deno.lint.runPlugin({ name: "facts", rules: { read: { create: () => visitors } } }, path, text);
  return facts;
}

type LineOf = (node: Deno.lint.Node) => number;

function importVisitors({ imports, exports }: SourceFacts, line: LineOf): Deno.lint.LintVisitor {
  const add = (node: Deno.lint.Node, from: unknown, names: string[]) =>
    imports.push({ from: `${from}`, names, line: line(node) });
  return {
    ImportDeclaration: (node) => add(node, node.source.value, node.specifiers.map(importedName)),
    ImportExpression: (node) => {
      if (node.source.type === "Literal") add(node, node.source.value, ["*"]);
    },
    TSImportType: (node) => {
      const { argument, qualifier } = node as unknown as TypeImport;
      add(node, argument.literal?.value ?? argument.value, [qualifier?.name ?? "*"]);
    },
    ExportAllDeclaration: (node) => {
      add(node, node.source.value, ["*"]);
      exports.push("*");
    },
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node, node.source.value, node.specifiers.map(({ local }) => nameOf(local)));
      exports.push(...node.specifiers.map(({ exported }) => nameOf(exported)), ...declaredNames(node.declaration));
    },
    ExportDefaultDeclaration: () => void exports.push("default"),
  };
}

/** `import("./a.ts").A`, as the parser delivers it. */
interface TypeImport {
  argument: { literal?: { value: unknown }; value?: unknown };
  qualifier?: { name?: string } | null;
}

function importedName(specifier: Deno.lint.ImportDeclaration["specifiers"][number]): string {
  if (specifier.type === "ImportSpecifier") return nameOf(specifier.imported);
  return specifier.type === "ImportDefaultSpecifier" ? "default" : "*";
}

function nameOf(node: Deno.lint.Identifier | Deno.lint.StringLiteral): string {
  return node.type === "Identifier" ? node.name : node.value;
}

function declaredNames(declaration: Deno.lint.ExportNamedDeclaration["declaration"]): string[] {
  if (!declaration) return [];
  const ids = declaration.type === "VariableDeclaration"
    ? declaration.declarations.map(({ id }) => id)
    : "id" in declaration
    ? [declaration.id]
    : [];
  return ids.flatMap((id) => id?.type === "Identifier" ? [id.name] : []);
}

function clockVisitors({ clocks }: SourceFacts, line: LineOf): Deno.lint.LintVisitor {
  return {
    CallExpression: ({ callee }) => {
      const what = clockRead(callee);
      if (what) clocks.push({ what, line: line(callee) });
    },
    NewExpression: (node) => {
      const isDate = node.callee.type === "Identifier" && node.callee.name === "Date";
      if (isDate && node.arguments.length === 0) clocks.push({ what: "new Date()", line: line(node) });
    },
  };
}

function clockRead(callee: Deno.lint.CallExpression["callee"]): string | null {
  if (callee.type === "Identifier") return TIMERS.includes(callee.name) ? `${callee.name}()` : null;
  if (callee.type !== "MemberExpression") return null;
  const { object, property } = callee;
  if (object.type !== "Identifier" || property.type !== "Identifier" || property.name !== "now") return null;
  return CLOCKS.includes(object.name) ? `${object.name}.now()` : null;
}

function functionVisitors({ functions }: SourceFacts, text: string): Deno.lint.LintVisitor {
  const add = ({ range: [from, to] }: Deno.lint.Node) => {
    const lines = text.slice(from, to).split("\n").length;
    functions.push({ line: text.slice(0, from).split("\n").length, lines });
  };
  return { FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add };
}
