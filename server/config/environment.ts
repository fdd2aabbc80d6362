/** The variables that the settings are read from: the environment, then the file `.env`. */
import { fileExists } from "../runtime/file_exists.ts";
import { lazyBuiltin } from "../runtime/lazy_builtin.ts";
import { StartFault } from "./start_fault.ts";

const util = lazyBuiltin<typeof import("node:util")>("node:util");

/** The environment variables that are set. An empty one counts as not set, so that it does not hide the one in `.env`. */
export function environment(): Record<string, string | undefined> {
  const set = Object.entries(Deno.env.toObject()).filter(([, value]) => value.trim() !== "");
  return { ...dotEnv(), ...Object.fromEntries(set) };
}

/** The variables of the file `.env` in the working directory. */
function dotEnv(): Record<string, string | undefined> {
  try {
    if (!fileExists(".env")) return {};
    return util().parseEnv(Deno.readTextFileSync(".env"));
  } catch (error) {
    throw new StartFault(`Cannot read .env: ${error instanceof Error ? error.message : error}`);
  }
}
