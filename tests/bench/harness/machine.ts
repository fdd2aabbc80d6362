/** The machine of the bench: its programs, its cores and its load. */
import { cpus, loadavg } from "node:os";

const CORES = cpus().length;

/** Whether the PATH has a program of this name. */
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

/** The cores of a program: the measured system has a core to itself, load and upstream share the others. */
export type Side = "system" | "load" | "anywhere";

const PINS = CORES > 1 && has("taskset");
const CORES_OF = { system: "0", load: CORES > 2 ? `1-${CORES - 1}` : "1" };

/** The command, pinned to the cores of its side where that is possible. */
export function pinned(side: Side, command: string, args: readonly string[]): [string, ...string[]] {
  if (side === "anywhere" || !PINS) return [command, ...args];
  return ["taskset", "-c", CORES_OF[side], command, ...args];
}

/** Describes the machine in one line, without its name. */
export function describeMachine(): string {
  const pins = PINS ? `system on core ${CORES_OF.system}, load and upstream on ${CORES_OF.load}` : "nothing pinned";
  return `${CORES} cores, Deno ${Deno.version.deno}; ${pins}`;
}

/** The load average of the last minute. */
export function load(): number {
  return loadavg()[0];
}
