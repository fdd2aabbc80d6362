/**
 * The rules as a plugin of ESLint 9 and 10, for flat configuration. It does not import ESLint, so it declares the types
 * that it uses.
 *
 * @module
 */
import { noRawOpenAIFetch } from "./no_raw_openai_fetch.ts";
import { noUntrackedOpenAI } from "./no_untracked_openai.ts";
import { type LintOptions, type OptionsSchema, schemaOf } from "./options.ts";
import { type LintRule, visitorFor } from "./rule.ts";
import type { Syntax } from "./syntax.ts";

/** The part of ESLint's rule context that the rules use. */
export interface EslintContext {
  filename: string;
  options: readonly unknown[];
  report(descriptor: object): void;
}

/** A rule in ESLint's format. */
export interface EslintRule {
  meta: {
    type: "problem";
    docs: { description: string; recommended: boolean };
    schema: OptionsSchema[];
    messages: Record<string, string>;
  };
  create(context: EslintContext): Record<string, (node: Syntax) => void>;
}

/** An entry of a flat configuration. */
export interface EslintConfig {
  name: string;
  plugins: Record<string, EslintPlugin>;
  rules: Record<string, "error">;
}

/** The plugin. */
export interface EslintPlugin {
  meta: { name: string };
  rules: Record<string, EslintRule>;
  configs: Record<string, EslintConfig>;
}

const NAME = "quota-gauge";
const RULES = [noUntrackedOpenAI, noRawOpenAIFetch];

const plugin: EslintPlugin = {
  meta: { name: NAME },
  rules: Object.fromEntries(RULES.map((rule) => [rule.name, adapted(rule)])),
  configs: {},
};

plugin.configs.recommended = {
  name: `${NAME}/recommended`,
  plugins: { [NAME]: plugin },
  rules: Object.fromEntries(RULES.map(({ name }) => [`${NAME}/${name}`, "error" as const])),
};

function adapted(rule: LintRule): EslintRule {
  return {
    meta: {
      type: "problem",
      docs: { description: rule.description, recommended: true },
      schema: [schemaOf(rule.options)],
      messages: { untracked: `${rule.message} ${rule.hint}` },
    },
    create: (context) => {
      // ESLint has checked the options against the schema.
      const options = (context.options[0] ?? {}) as LintOptions;
      return visitorFor(rule, options, context.filename, ({ node, data }) => {
        context.report({ node, messageId: "untracked", data });
      });
    },
  };
}

export default plugin;
