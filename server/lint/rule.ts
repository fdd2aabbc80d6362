/** What a rule is, before any linter: the adapters turn it into what Deno and ESLint want. */
import { DEFAULT_CLIENT, type LintOptions, type OptionName } from "./options.ts";
import { matchesAnyGlob } from "./path_glob.ts";
import type { Syntax } from "./syntax.ts";

/** Called by the linter for each node of a type. */
export type Visitor = Record<string, (node: Syntax) => void>;

/** Something that the team should know of. */
interface Finding {
  node: Syntax;
  /** For the `{{placeholders}}` of the rule's texts. */
  data: Record<string, string>;
}

/**
 * One rule. It has no automatic fix: the remedy needs a workspace, which stands nowhere in the code, and a changed client
 * is a change of behaviour.
 */
export interface LintRule {
  name: string;
  description: string;
  /** What is wrong, and why that matters; with `{{placeholders}}`. */
  message: string;
  /** The remedy; with `{{placeholders}}`. */
  hint: string;
  options: readonly OptionName[];
  visitor(options: LintOptions, report: (finding: Finding) => void): Visitor;
}

/** Declarations hold types alone, whatever they import. */
const DECLARATIONS = /\.d\.(?:[^./\\]+\.)?[cm]?ts$/;

/** The rule's visitor for one file: empty where the file is none of its business. */
export function visitorFor(
  rule: LintRule,
  options: LintOptions,
  filename: string,
  report: (finding: Finding) => void,
): Visitor {
  if (DECLARATIONS.test(filename) || matchesAnyGlob(options.allow ?? [], filename)) return {};
  const client = options.client ?? DEFAULT_CLIENT;
  return rule.visitor(options, ({ node, data }) => report({ node, data: { client, ...data } }));
}
