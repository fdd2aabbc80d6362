/** Whether a call is Node's `require`, under its own name or another. */
import { bindingOf } from "./binding.ts";
import { child, keyOf, nameOf, type Syntax, unwrapped } from "./syntax.ts";

/** Names of names are followed so far. */
const DEEPEST = 8;

/** Whether a call loads a module: `require()`, `module.require()`, or what `createRequire()` returned. */
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
  // A parameter of this name is what AMD and bundlers hand to a module.
  return nameOf(identifier) === "require" && (binding === null || binding.type === "Identifier");
}

function isCreateRequire(callee: Syntax | null): boolean {
  if (callee?.type === "MemberExpression") return keyOf(callee, "property") === "createRequire";
  if (callee?.type !== "Identifier") return false;
  const binding = bindingOf(callee);
  const imported = binding?.type === "ImportSpecifier" ? child(binding, "imported") : callee;
  return nameOf(imported) === "createRequire";
}
