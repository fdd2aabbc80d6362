/** Both linters, for the other tests here. The file is named as a test because only tests may import the parsers. */
import { parse as parseJavaScript } from "acorn";
import { parse as parseTypeScript } from "@babel/parser";
import { assert } from "../../tests/support/assert.ts";
import { denoPlugin } from "./deno_plugin.ts";
import eslintPlugin, { type EslintRule } from "./eslint_plugin.ts";
import { checkedOptions, type LintOptions, type OptionName } from "./options.ts";
import { children, field, type Syntax } from "./syntax.ts";

/** Lints a source and returns the messages. */
export type Lint = (rule: string, file: string, source: string, options?: LintOptions) => string[];

/** The linters by name. ESLint uses the usual parser of each language. */
export const LINTERS: Record<"ts" | "js", Record<string, Lint>> = {
  ts: { "Deno": withDeno, "ESLint, TypeScript": withEslint(typescript) },
  js: { "Deno": withDeno, "ESLint, TypeScript": withEslint(typescript), "ESLint": withEslint(javascript) },
};

function withDeno(rule: string, file: string, source: string, options?: LintOptions): string[] {
  return Deno.lint.runPlugin(denoPlugin(options), file, source)
    .filter(({ id }) => id === `quota-gauge/${rule}`)
    .map(({ message, hint }) => `${message} ${hint}`);
}

function withEslint(parse: (source: string, file: string) => Syntax): Lint {
  return (rule, file, source, options) => runRule(eslintPlugin.rules[rule], parse(source, file), file, options);
}

/** Runs a rule as ESLint documents it: every node's parent is set before the first visit. */
export function runRule(rule: EslintRule, program: Syntax, filename: string, options?: LintOptions): string[] {
  const [schema] = rule.meta.schema;
  const messages: string[] = [];
  const checked = options && checkedOptions(options, Object.keys(schema.properties) as OptionName[]);
  const report = (descriptor: object) => messages.push(messageOf(rule, descriptor));
  const nodes = [...walk(program, null)];
  const visitor = rule.create({ filename, options: checked ? [checked] : [], report });
  for (const node of nodes) visitor[node.type]?.(node);
  return messages;
}

function messageOf(rule: EslintRule, descriptor: object): string {
  const { node, messageId, data } = descriptor as { node: Syntax; messageId: string; data: Record<string, string> };
  assert(typeof node.type === "string" && Object.hasOwn(rule.meta.messages, messageId));
  return rule.meta.messages[messageId].replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    assert(Object.hasOwn(data, name), `no data for {{${name}}}`);
    return data[name];
  });
}

function* walk(node: Syntax, parent: Syntax | null): Generator<Syntax> {
  Reflect.set(node, "parent", parent);
  yield node;
  for (const key of Object.keys(node).filter((name) => name !== "parent")) {
    const value = field(node, key);
    const inner = Array.isArray(value) ? children(node, key) : children({ type: "", list: [value] } as Syntax, "list");
    for (const each of inner) yield* walk(each, node);
  }
}

function javascript(source: string): Syntax {
  return parseJavaScript(source, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
}

function typescript(source: string, file: string): Syntax {
  const jsx = /x$/.test(file) ? ["jsx" as const] : [];
  return parseTypeScript(source, { sourceType: "module", plugins: ["typescript", "estree", "decorators", ...jsx] })
    .program;
}
