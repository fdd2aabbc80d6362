/** Reads the options of a command; a mistake in them is one sentence. */
import process from "node:process";
import { parseArgs } from "node:util";
import { SetupError } from "./setup.mjs";

/**
 * @param {Record<string, true | string | string[]>} options by name: `true` takes no value, a text names the value in the
 *   sentence, and a list has the values that are accepted.
 * @param {string[]} args
 * @returns {Record<string, any>}
 * @throws {SetupError} that lists the options.
 */
export function readOptions(options, args = process.argv.slice(2)) {
  const types = Object.entries(options).map(([name, value]) => [name, { type: value === true ? "boolean" : "string" }]);
  try {
    const { values } = parseArgs({ args, options: Object.fromEntries(types) });
    const isWrong = ([name, value]) => Array.isArray(options[name]) && !options[name].includes(value);
    if (!Object.entries(values).some(isWrong)) return values;
  } catch (error) {
    if (!String(error?.code).startsWith("ERR_PARSE_ARGS")) throw error;
  }
  throw new SetupError(`Cannot read ${args.join(" ")}: ${listed(options)}`);
}

/** @param {Record<string, true | string | string[]>} options */
function listed(options) {
  const words = Object.entries(options).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${Array.isArray(value) ? value.join("|") : value}`
  );
  if (words.length === 0) return "it takes no options";
  return `the option${words.length > 1 ? "s are" : " is"} ${words.join(" and ")}`;
}
