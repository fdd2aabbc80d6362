/** The commands next to the service (keys, status, …), each with exactly the permissions that it needs. */
import { dirname, join, resolve } from "node:path";
import { denoArguments } from "./deno.mjs";
import { certificateFiles, dataPaths } from "./service.mjs";

/** The names of the commands, with what each may do. */
const COMMANDS = {
  keys: { data: true },
  status: { net: true },
  watch: { net: true },
  prices: { reads: true },
  reprice: { data: true, limits: true },
  backup: { data: true, files: true },
  restore: { data: true, files: true },
  check: { data: true },
  doctor: { net: true, data: true, machine: true },
};

/**
 * The command that runs one of the commands, or prints the help.
 *
 * @param {{ deno: string, root: string, home?: string, suffix?: "ts" | "js", env: Record<string, string | undefined>, args: string[] }} options
 *   as for the service; `args` begin with the name of the command.
 * @returns {{ command: string, args: string[] }} to run in `home`.
 */
export function commandLine({ deno, root, home = root, suffix, env, args: [name = "", ...rest] }) {
  const may = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : {};
  const { data, limits } = dataPaths(home, env);
  const named = rest.filter((arg) => !arg.startsWith("-")).map((file) => resolve(home, file));
  const folders = may.files ? named.map((file) => dirname(file)) : [];
  const kept = [...(may.data ? data : []), ...folders];
  const options = {
    root,
    suffix,
    program: "server/command/main",
    allow: ["env", ...(may.net ? ["net"] : []), ...(may.machine ? ["sys=statfs,uid"] : [])],
    read: [
      join(home, ".env"),
      ...kept,
      ...(may.reads ? named : []),
      ...(may.limits ? limits : []),
      ...(may.machine ? certificateFiles(home, env) : []),
      ...keyFile(home, env, rest),
    ],
    write: kept,
  };
  return { command: deno, args: [...denoArguments(options), name, ...rest] };
}

/** The file that has the key of `status` and `watch`. */
function keyFile(home, env, args) {
  const at = args.findIndex((arg) => arg === "--key-file" || arg.startsWith("--key-file="));
  const named = at < 0 ? env.QUOTA_KEY_FILE : args[at].split("=")[1] ?? args[at + 1];
  return named ? [resolve(home, named)] : [];
}
