/** The variables that the settings are read from: the environment, then the file `.env`. */
import { fileExists } from "../runtime/file_exists.ts";
import { lazyBuiltin } from "../runtime/lazy_builtin.ts";
import { lazyImport } from "../runtime/lazy_import.ts";
import { StartFault } from "./start_fault.ts";
import { COMMAND_VARIABLES, VARIABLES } from "./variables.ts";

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
  const [names, lines] = [unknownNames(environment()), ignoredLines(text)];
  if (names.length + lines.length === 0) return [];
  const path = import.meta.resolve("./unknown_variables.ts");
  const { unknownSentence, ignoredSentence } = await lazyImport<typeof import("./unknown_variables.ts")>(path);
  const texts = text.split("\n");
  return [...names.map(unknownSentence), ...lines.map((line) => ignoredSentence(line, texts[line - 1]))];
}

/** `OPENAI_ORG_ID` and others are for programs that call OpenAI. */
const LOOKS_LIKE_ONE = /^(QUOTA_|OPENAI_(RATE|TOKEN)_)/;

/** The names of variables that look like settings and are none. */
export function unknownNames(environment: Readonly<Environment>): string[] {
  return Object.keys(environment).filter((name) =>
    LOOKS_LIKE_ONE.test(name) && !Object.hasOwn(COMMAND_VARIABLES, name) && !Object.hasOwn(VARIABLES, name)
  );
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
  try {
    return fileExists(".env") ? Deno.readTextFileSync(".env") : "";
  } catch (error) {
    throw new StartFault(`Cannot read .env: ${error instanceof Error ? error.message : error}`);
  }
}
