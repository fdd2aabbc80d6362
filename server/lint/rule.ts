/** The interface of a rule, independent of the linter: adapters convert it for Deno and ESLint. */
import { DEFAULT_CLIENT, type LintOptions, type OptionName } from "./options.ts";
import { matchesAnyGlob } from "./path_glob.ts";
import type { Syntax } from "./syntax.ts";

/** Functions by node type; the linter calls each for the nodes of its type. */
export type Visitor = Record<string, (node: Syntax) => void>;

/** One violation of a rule. */
interface Finding {
  node: Syntax;
  /** Values for the `{{placeholders}}` of the rule's message and hint. */
  data: Record<string, string>;
}

/**
 * One rule. It has no automatic fix: a tracked client needs a workspace, which the code does not name, and replacing a
 * client changes behaviour.
 */
export interface LintRule {
  name: string;
  description: string;
  /** The problem and its consequence, with `{{placeholders}}`. */
  message: string;
  /** The remedy, with `{{placeholders}}`. */
  hint: string;
  options: readonly OptionName[];
  visitor(options: LintOptions, report: (finding: Finding) => void): Visitor;
}

/** Declaration files import only types, whatever their syntax. */
const DECLARATIONS = /\.d\.(?:[^./\\]+\.)?[cm]?ts$/;

/** The rule's visitor for one file; empty if the file is exempt. */
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
