/** Finds the declaration of a name. Covers the scope analysis that these rules need, since not every linter has one. */
import { child, children, field, nameOf, type Syntax } from "./syntax.ts";

/** The declaration of a name: a declarator, an import specifier, a function, a class, or a parameter's pattern. */
type Binding = Syntax;

/** Caches the declarations of each scope. */
const known = new WeakMap<Syntax, Map<string, Binding>>();

/**
 * The declaration of an identifier in the closest enclosing scope; `null` for a global. A `var` in an inner block is
 * ignored.
 */
export function bindingOf(identifier: Syntax): Binding | null {
  const name = nameOf(identifier);
  if (name === null) return null;
  for (let scope = child(identifier, "parent"); scope; scope = child(scope, "parent")) {
    const binding = bindingsOf(scope).get(name);
    if (binding) return binding;
  }
  return null;
}

/** The initial value of the `const` that an identifier names; `null` for any other declaration. */
export function constantOf(identifier: Syntax): Syntax | null {
  const binding = bindingOf(identifier);
  if (binding?.type !== "VariableDeclarator" || child(binding, "id")?.type !== "Identifier") return null;
  const declaration = child(binding, "parent");
  return declaration && field(declaration, "kind") === "const" ? child(binding, "init") : null;
}

function bindingsOf(scope: Syntax): Map<string, Binding> {
  const before = known.get(scope);
  if (before) return before;
  const counter = child(scope, "init") ?? child(scope, "left");
  const caught = scope.type === "CatchClause" ? child(scope, "param") : null;
  const statements = counter ? [counter] : children(scope, "body");
  const declarations = [...children(scope, "params"), ...(caught ? [caught] : []), ...statements.flatMap(declared)];
  const bindings = new Map(declarations.flatMap((binding) => namesIn(binding).map((name) => [name, binding])));
  known.set(scope, bindings);
  return bindings;
}

/** The declarations in one statement. */
function declared(statement: Syntax): Syntax[] {
  switch (statement.type) {
    case "ExportNamedDeclaration": {
      const inner = child(statement, "declaration");
      return inner ? declared(inner) : [];
    }
    case "VariableDeclaration":
      return children(statement, "declarations");
    case "ImportDeclaration":
      return children(statement, "specifiers");
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSImportEqualsDeclaration":
      return [statement];
    default:
      return [];
  }
}

/** The names in a declaration, or in a pattern. */
function namesIn(node: Syntax): string[] {
  const name = node.type === "Identifier" ? nameOf(node) : null;
  if (name !== null) return [name];
  const inner = [
    child(node, "id") ?? child(node, "local"),
    node.type === "Property" ? child(node, "value") : null,
    node.type === "AssignmentPattern" ? child(node, "left") : null,
    child(node, "argument"),
    child(node, "parameter"),
    ...children(node, "properties"),
    ...children(node, "elements"),
  ];
  return inner.flatMap((part) => part === null ? [] : namesIn(part));
}
