/**
 * The rules as a plugin of Deno's linter. The default export is the plugin without options. Deno's linter passes no
 * options to a plugin: to set some, export `denoPlugin(options)` from a file of your own.
 *
 * @module
 */
import { noRawOpenAIFetch } from "./no_raw_openai_fetch.ts";
import { noUntrackedOpenAI } from "./no_untracked_openai.ts";
import { checkedOptions, type LintOptions } from "./options.ts";
import { type LintRule, visitorFor } from "./rule.ts";

/**
 * The plugin with options, which apply to both rules.
 *
 * @throws {TypeError} if an option is invalid; the message names every invalid option.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { denoPlugin } from "./deno_plugin.ts";
 *
 * const plugin = denoPlugin({ allow: ["src/openai.ts"], packages: ["@ai-sdk/openai"] });
 * assert.equal(plugin.name, "quota-gauge");
 * ```
 */
export function denoPlugin(options: LintOptions = {}): Deno.lint.Plugin {
  const checked = checkedOptions(options);
  const rules = [noUntrackedOpenAI, noRawOpenAIFetch].map((rule) => [rule.name, adapted(rule, checked)]);
  return { name: "quota-gauge", rules: Object.fromEntries(rules) };
}

function adapted(rule: LintRule, options: LintOptions): Deno.lint.Rule {
  return {
    create: (context) =>
      visitorFor(rule, options, context.filename, ({ node, data }) => {
        const fill = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => data[name]);
        context.report({ node: node as Deno.lint.Node, message: fill(rule.message), hint: fill(rule.hint) });
      }),
  };
}

export default denoPlugin() satisfies Deno.lint.Plugin;
