/** The text of `--help`, and the names of the commands in every text. */
import manifest from "../../package.json" with { type: "json" };
import type { Variable } from "./variable.ts";
import { COMMAND_VARIABLES, VARIABLE_GROUPS, type VariableName, VARIABLES } from "./variables.ts";

/** Whether this code is the package, which has a program of its own. A clone is run through npm. */
const isPackage = "bin" in manifest;

/**
 * A command as a person types it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { commandText } from "./help.ts";
 *
 * assert.equal(commandText("keys", "list"), "npm run keys -- list");
 * ```
 */
export function commandText(name: string, args = ""): string {
  if (isPackage) return `npx quota-gauge ${name} ${args}`.trimEnd();
  return `npm ${name === "start" ? name : `run ${name}`}${args && ` -- ${args}`}`;
}

/** The text of `--help`: what each variable is for, then what it accepts. */
export function help(): string {
  const groups = Object.entries(VARIABLE_GROUPS).map(([title, names]) =>
    `${title}\n\n${names.map((name) => paragraph(name, VARIABLES[name as VariableName])).join("\n")}`
  );
  const others = Object.entries(COMMAND_VARIABLES).map(([name, meaning]) => `  ${plain(`${name}  ${meaning}`)}`);
  return `Quota Gauge: how much OpenAI headroom is left, at a glance.

Usage: ${commandText("start", "[--help | --version]")}

Settings are environment variables, or lines NAME=value of a file .env in the current folder.

${groups.join("\n\n")}

Read by tracked clients and by other commands

${others.join("\n")}
`;
}

function paragraph(name: string, { meaning, accepts, default: value }: Variable): string {
  return `  ${plain(`${name}  ${meaning}`)}\n      accepts ${accepts}; ${
    value === null ? "not set by default" : `default ${value}`
  }`;
}

/** Without the signs of Markdown, which the meanings have for the documentation. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}
