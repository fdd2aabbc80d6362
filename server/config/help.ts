/** The text of `--help`. */
import { VARIABLES } from "./config.ts";

export function help(): string {
  const width = Math.max(...Object.keys(VARIABLES).map((name) => name.length));
  const lines = Object.entries(VARIABLES).map(([name, variable]) =>
    `  ${name.padEnd(width)}  ${variable.accepts}${variable.default === null ? "" : ` (default ${variable.default})`}`
  );
  return `Quota Gauge: how much OpenAI headroom is left, at a glance.

Usage: npm start [-- --help | --version]

Settings are environment variables, or lines of a file .env beside package.json:

${lines.join("\n")}
`;
}
