/** Finds where a client of the OpenAI SDK can be made that nobody counts. */
import { IMPORT_FORMS, type Taking } from "./import_forms.ts";
import { packageOfSpecifier } from "./package_specifier.ts";
import type { LintRule, Visitor } from "./rule.ts";
import { isHarmlessName, isHarmlessPath, SDK_NAMES } from "./sdk_exports.ts";

/** Reports value imports of the SDK, in every form, outside the files that may. */
export const noUntrackedOpenAI: LintRule = {
  name: "no-untracked-openai",
  description: "Disallow value imports of the OpenAI SDK, whose clients are not counted",
  message: 'This {{form}} of "{{source}}"{{names}} gives a client whose calls are not counted: ' +
    "they can take the team over its limit unseen.",
  hint:
    'Take the client from getOpenAIClient(workspace), or QuotaTrackedOpenAI, of "{{client}}". For a socket, take its QuotaTracked class. ' +
    'Where only types are used, write "import type". ' +
    'A file that may make its own client belongs in the option "allow".',
  options: ["allow", "packages", "client"],
  visitor({ packages = [] }, report) {
    const more = new Set(packages.map((name) => packageOfSpecifier(name)?.name ?? name));
    const visitor: Visitor = {};
    for (const [type, read] of Object.entries(IMPORT_FORMS)) {
      visitor[type] = (node) => {
        const taking = read(node);
        const names = taking && offending(taking, more);
        if (names) report({ node, data: { form: taking.form, source: taking.source, names: said(names) } });
      };
    }
    return visitor;
  },
};

/** The names that can make a call; empty when the module is loaded and none is named; `null` when all is well. */
function offending({ source, names }: Taking, more: ReadonlySet<string>): string[] | null {
  const module = packageOfSpecifier(source);
  if (!module) return null;
  if (more.has(module.name)) return names;
  if (!SDK_NAMES.includes(module.name) || isHarmlessPath(module.path)) return null;
  const clients = names.filter((name) => !isHarmlessName(name));
  return names.length > 0 && clients.length === 0 ? null : clients;
}

function said(names: string[]): string {
  const named = names.filter((name) => name !== "*");
  return named.length === 0 ? "" : ` (${named.join(", ")})`;
}
