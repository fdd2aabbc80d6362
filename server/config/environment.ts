/** The variables that the settings are read from: the environment, then the file `.env`. */
import { fileReason } from "../runtime/file_reason.ts";
import { fileExists } from "../runtime/file_exists.ts";
import { lazyBuiltin } from "../runtime/lazy_builtin.ts";
import { lazyImport } from "../runtime/lazy_import.ts";
import { StartFault } from "./start_fault.ts";
import { COMMAND_VARIABLES, type VariableName, VARIABLES } from "./variables.ts";

const util = lazyBuiltin<typeof import("node:util")>("node:util");

type Environment = Record<string, string | undefined>;

/** The environment variables that are set. An empty one counts as not set, so that it does not hide the one in `.env`. */
export function environment(): Environment {
  const set = Object.entries(Deno.env.toObject()).filter(([, value]) => value.trim() !== "");
  return { ...parsed(dotEnv()), ...Object.fromEntries(set) };
}

/** Sentences about what has no effect: names that look like settings, and lines of `.env` without a value. */
export async function environmentWarnings(): Promise<string[]> {
  const text = dotEnv();
  const [names, lines] = [unknownNames(Deno.env.toObject(), parsed(text)), ignoredLines(text)];
  if (names.length + lines.length === 0) return [];
  const path = import.meta.resolve("./unknown_variables.ts");
  const { unknownSentence, ignoredSentence } = await lazyImport<typeof import("./unknown_variables.ts")>(path);
  const texts = text.split("\n");
  const of_names = names.map(unknownSentence).filter((sentence) => sentence !== null);
  return [...of_names, ...lines.map((line) => ignoredSentence(line, texts[line - 1]))];
}

/** Variables of OpenAI's SDKs, which are near the names of settings. */
const OF_SDKS = new Set([
  "OPENAI_ADMIN_KEY",
  "OPENAI_API_TYPE",
  "OPENAI_API_VERSION",
  "OPENAI_CUSTOM_HEADERS",
  "OPENAI_LOG",
  "OPENAI_ORG_ID",
  "OPENAI_PROJECT_ID",
  "OPENAI_WEBHOOK_SECRET",
]);

/** Begins like QUOTA or OPENAI, also misspelled. Most environments have no such name, and load nothing to look closer. */
const LOOKS_LIKE_ONE = /^(?:u?q[a-z]{2,6}[_.-]|u?q[uota]{3}|o[penai]{3,7}[_.-]|open[_.-]?ai)/i;

/**
 * The names of variables that may be meant as settings and are none.
 *
 * @param own the variables of the file `.env`, which is the service's own: each of its names is meant as a setting.
 */
export function unknownNames(environment: Readonly<Environment>, own: Readonly<Environment> = {}): string[] {
  const names = [...Object.keys(environment).filter((name) => LOOKS_LIKE_ONE.test(name)), ...Object.keys(own)];
  return [...new Set(names)].filter((name) => !isRead(name) && !OF_SDKS.has(name));
}

function isRead(name: string): boolean {
  if (Object.hasOwn(VARIABLES, name) || Object.hasOwn(COMMAND_VARIABLES, name)) return true;
  const upper = name.toUpperCase() as VariableName;
  return name === name.toLowerCase() && Object.hasOwn(VARIABLES, upper) && VARIABLES[upper].lower_case === true;
}

/** A name, "=" and a value, which in quotes may have several lines. */
const ASSIGNMENT = /^[^\S\n]*(?:export\s+)?[\w.-]+[^\S\n]*=[^\S\n]*(?:"[^"]*"|'[^']*'|`[^`]*`)?.*$/gm;

/**
 * The lines of a `.env` that are neither an assignment, a comment nor blank, counted from 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ignoredLines } from "./environment.ts";
 *
 * assert.deepEqual(ignoredLines("# a note\nPORT 8787\nexport HOST='0.0.0.0'"), [2]);
 * ```
 */
export function ignoredLines(text: string): number[] {
  const rest = text.replaceAll(ASSIGNMENT, (assignment) => assignment.replaceAll(/[^\n]/g, ""));
  return rest.split("\n").flatMap((line, at) => /^\s*(#|$)/.test(line) ? [] : [at + 1]);
}

function parsed(text: string): Environment {
  return text === "" ? {} : util().parseEnv(text);
}

/** The text of the file `.env` in the working directory; empty if there is none. */
function dotEnv(): string {
  const text = textOfDotEnv();
  if (text.includes("\0")) throw new StartFault("Cannot read .env: it is not text in UTF-8. Save it in that encoding");
  // Some editors write a byte order mark.
  return text.replace(/^\ufeff/, "");
}

function textOfDotEnv(): string {
  try {
    return fileExists(".env") ? Deno.readTextFileSync(".env") : "";
  } catch (error) {
    throw new StartFault(`Cannot read .env: ${fileReason(error)}`);
  }
}
