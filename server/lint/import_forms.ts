/** Every syntax with which a module imports values from another. */
import { isRequireCall } from "./require_call.ts";
import { staticText } from "./static_text.ts";
import { child, children, field, isWrapper, keyOf, nameOf, type Syntax } from "./syntax.ts";

/** The import of one statement or call. */
export interface Taking {
  form: "import" | "re-export" | "dynamic import" | "require";
  /** The specifier as written. */
  source: string;
  /** The exports that are imported as values; `*` for all of them. Empty when the module is only loaded. */
  names: string[];
}

/** A reader for each type of node that can import values. It returns `null` if the node imports only types, or nothing. */
export const IMPORT_FORMS: Record<string, (node: Syntax) => Taking | null> = {
  ImportDeclaration: (node) => statement("import", node, "importKind"),
  ExportNamedDeclaration: (node) => child(node, "source") && statement("re-export", node, "exportKind"),
  ExportAllDeclaration: (node) => isType(node, "exportKind") ? null : taking("re-export", child(node, "source"), ["*"]),
  ImportExpression: (node) => call("dynamic import", child(node, "source"), node),
  TSImportEqualsDeclaration: (node) => {
    const reference = child(node, "moduleReference");
    if (reference?.type !== "TSExternalModuleReference" || isType(node, "importKind")) return null;
    return taking("require", child(reference, "expression"), ["*"]);
  },
  CallExpression: (node) => {
    const [source] = children(node, "arguments");
    return source && isRequireCall(node) ? call("require", source, node) : null;
  },
};

/** Flow has `typeof` imports as well as `type` imports. */
function isType(node: Syntax, key: "importKind" | "exportKind"): boolean {
  const kind = field(node, key);
  return kind === "type" || kind === "typeof";
}

function taking(form: Taking["form"], source: Syntax | null, names: string[]): Taking | null {
  const { text, whole } = staticText(source);
  return whole ? { form, source: text, names } : null;
}

function statement(form: "import" | "re-export", node: Syntax, kind: "importKind" | "exportKind"): Taking | null {
  const specifiers = children(node, "specifiers");
  const values = specifiers.filter((specifier) => !isType(specifier, kind));
  if (isType(node, kind) || (specifiers.length > 0 && values.length === 0)) return null;
  return taking(form, child(node, "source"), values.map(exportOf));
}

/** The name of the export that a specifier refers to. */
function exportOf(specifier: Syntax): string {
  switch (specifier.type) {
    case "ImportDefaultSpecifier":
      return "default";
    case "ImportSpecifier":
      return nameOf(child(specifier, "imported")) ?? "*";
    case "ExportSpecifier":
      return nameOf(child(specifier, "local")) ?? "*";
    default:
      return "*";
  }
}

function call(form: "dynamic import" | "require", source: Syntax | null, node: Syntax): Taking | null {
  const names = namesTaken(node, form === "require");
  // `const {} = …` imports nothing.
  return names.length === 0 ? null : taking(form, source, names);
}

/** The exports that the expression around a call reads: `(await import("a")).b`, `const { b } = require("a")`. */
function namesTaken(call: Syntax, ready: boolean): string[] {
  const loaded = ready ? outermost(call) : awaited(call);
  const user = loaded && child(loaded, "parent");
  if (!user) return ["*"];
  if (user.type === "MemberExpression") return [keyOf(user, "property") ?? "*"];
  const pattern = child(user, "id") ?? child(user, "left");
  return pattern?.type === "ObjectPattern" ? keysOf(pattern) : ["*"];
}

/** The outermost wrapper around an expression. */
function outermost(expression: Syntax): Syntax {
  let outer = expression;
  for (let around = child(outer, "parent"); around && isWrapper(around); around = child(outer, "parent")) {
    outer = around;
  }
  return outer;
}

function awaited(promise: Syntax): Syntax | null {
  const user = child(outermost(promise), "parent");
  return user?.type === "AwaitExpression" ? outermost(user) : null;
}

function keysOf(pattern: Syntax): string[] {
  return children(pattern, "properties").map((property) =>
    property.type === "Property" ? keyOf(property, "key") ?? "*" : "*"
  );
}
