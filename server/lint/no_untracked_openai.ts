/** Finds imports of the OpenAI SDK that can create an untracked client. */
import { IMPORT_FORMS, type Taking } from "./import_forms.ts";
import { packageOfSpecifier } from "./package_specifier.ts";
import type { LintRule, Visitor } from "./rule.ts";
import { isHarmlessName, isHarmlessPath, SDK_NAMES } from "./sdk_exports.ts";

/** Reports value imports of the SDK, in every syntax, except in allowed files. */
export const noUntrackedOpenAI: LintRule = {
  name: "no-untracked-openai",
  description: "Disallow value imports of the OpenAI SDK, whose clients are not counted",
  message: 'This {{form}} of "{{source}}"{{names}} gives a client whose calls are not counted: ' +
    "they can exceed the team's limit unnoticed.",
  hint:
    'Use getOpenAIClient(workspace) or QuotaTrackedOpenAI from "{{client}}"; for a WebSocket, its QuotaTracked class. ' +
    'To import only types, write "import type". ' +
    'To exempt a file, add it to the option "allow".',
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

/** The imported names that can make a call: empty if the module is only loaded, `null` if the import is harmless. */
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
