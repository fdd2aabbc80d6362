/** Recognizes calls of Node's `require`, under any name. */
import { bindingOf } from "./binding.ts";
import { child, keyOf, nameOf, type Syntax, unwrapped } from "./syntax.ts";

/** How many aliases of `require` are followed. */
const DEEPEST = 8;

/** Whether a call loads a module: `require()`, `module.require()`, or a function from `createRequire()`. */
export function isRequireCall(call: Syntax): boolean {
  return isRequire(child(call, "callee"), 0);
}

function isRequire(expression: Syntax | null, depth: number): boolean {
  const node = unwrapped(expression);
  if (!node || depth > DEEPEST) return false;
  if (node.type === "CallExpression") return isCreateRequire(unwrapped(child(node, "callee")));
  if (node.type === "MemberExpression") {
    return keyOf(node, "property") === "require" && nameOf(unwrapped(child(node, "object"))) === "module";
  }
  return node.type === "Identifier" && isNameOfRequire(node, depth);
}

function isNameOfRequire(identifier: Syntax, depth: number): boolean {
  const binding = bindingOf(identifier);
  if (binding?.type === "VariableDeclarator") return isRequire(child(binding, "init"), depth + 1);
  // AMD and bundlers pass `require` to a module as a parameter.
  return nameOf(identifier) === "require" && (binding === null || binding.type === "Identifier");
}

function isCreateRequire(callee: Syntax | null): boolean {
  if (callee?.type === "MemberExpression") return keyOf(callee, "property") === "createRequire";
  if (callee?.type !== "Identifier") return false;
  const binding = bindingOf(callee);
  const imported = binding?.type === "ImportSpecifier" ? child(binding, "imported") : callee;
  return nameOf(imported) === "createRequire";
}
