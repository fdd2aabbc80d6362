/** The text of `--help`, and the names of the commands in every text. */
import manifest from "../../package.json" with { type: "json" };
import { VARIABLES } from "./variables.ts";

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

export function help(): string {
  const width = Math.max(...Object.keys(VARIABLES).map((name) => name.length));
  const lines = Object.entries(VARIABLES).map(([name, variable]) =>
    `  ${name.padEnd(width)}  ${variable.accepts}${variable.default === null ? "" : ` (default ${variable.default})`}`
  );
  return `Quota Gauge: how much OpenAI headroom is left, at a glance.

Usage: ${commandText("start", "[--help | --version]")}

Settings are environment variables, or lines of a file .env in the current folder:

${lines.join("\n")}
`;
}
