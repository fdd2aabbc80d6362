/** The arguments of `status` and `watch`, and the key that they use. */
import { fileReason } from "../runtime/file_reason.ts";
import { parseArgs } from "deno-std/cli/parse_args.js";
import type { StatusSource } from "./status.ts";
import { UsageError } from "./usage_error.ts";

/** The parts that the arguments are read with. */
interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  /** The text of a file. Throws when it cannot be read. */
  readFile(path: string): string;
}

interface Options {
  _: (string | number)[];
  workspace?: string;
  json: boolean;
  "key-file"?: string;
}

/** @throws {UsageError} for arguments that are not known, and for a key that cannot be read. */
export function statusOptions(
  args: string[],
  { environment, readFile }: Surroundings,
): StatusSource & { json: boolean } {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["workspace", "key-file"],
    boolean: ["json"],
    unknown: (arg: string) => {
      unknown.push(arg);
      return false;
    },
  }) as unknown as Options;
  if (unknown.length > 0) throw new UsageError(unknownText(unknown));
  const url = addressOf(environment.QUOTA_GAUGE_URL?.trim() || "http://127.0.0.1:8787");
  const file = options["key-file"] ?? environment.QUOTA_KEY_FILE;
  const key = file ? keyIn(file, readFile) : environment.QUOTA_KEY?.trim() || null;
  return { url, workspace_id: options.workspace ?? null, key, json: options.json };
}

function addressOf(text: string): string {
  const protocol = URL.parse(text)?.protocol;
  if (protocol === "http:" || protocol === "https:") return text.replace(/\/+$/, "");
  throw new UsageError(`Cannot use QUOTA_GAUGE_URL=${JSON.stringify(text)}: give a URL such as http://127.0.0.1:8787`);
}

function unknownText(args: string[]): string {
  // Its value may be a key, so it is not printed.
  if (args.some((arg) => /^--?key\b/.test(arg))) {
    return "Cannot take a key as an argument, because every user of the machine can list arguments: " +
      "set QUOTA_KEY, or name a file with --key-file FILE";
  }
  return `Cannot read ${args.join(" ")}: the options are --workspace ID, --key-file FILE and --json`;
}

function keyIn(file: string, readFile: (path: string) => string): string {
  try {
    return readFile(file).trim();
  } catch (error) {
    throw new UsageError(`Cannot read the key in ${file}: ${fileReason(error)}`);
  }
}
