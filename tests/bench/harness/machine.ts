/** The machine that a bench runs on: what is on it, and which of its cores belong to whom. */
import { cpus, loadavg } from "node:os";

const CORES = cpus().length;

/** Whether the path has a program of this name. */
export function has(program: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** What runs where: the measured system has a core to itself, load and upstream have the others. */
export type Side = "system" | "load" | "anywhere";

const PINS = CORES > 1 && has("taskset");
const CORES_OF = { system: "0", load: CORES > 2 ? `1-${CORES - 1}` : "1" };

/** The command, pinned to its side where that can be done. */
export function pinned(side: Side, command: string, args: readonly string[]): [string, ...string[]] {
  if (side === "anywhere" || !PINS) return [command, ...args];
  return ["taskset", "-c", CORES_OF[side], command, ...args];
}

/** In one line, naming no machine. */
export function describeMachine(): string {
  const pins = PINS ? `system on core ${CORES_OF.system}, load and upstream on ${CORES_OF.load}` : "nothing pinned";
  return `${CORES} cores, Deno ${Deno.version.deno}; ${pins}`;
}

/** Processes that were running or waiting to, on the average of the last minute. */
export function load(): number {
  return loadavg()[0];
}
