/** Folders and child processes for the ledger's fault tests. */
import { TextLineStream } from "deno-std/streams/text_line_stream.js";

const PROJECT = new URL("../../", import.meta.url).pathname;
const PROGRAM = new URL("./ledger_processes.ts", import.meta.url).pathname;

/** A folder that goes with its scope. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "ledger-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** Runs a job of `ledger_processes.ts` with just the permissions that the ledger needs. */
export function startJob(folder: string, ...args: string[]): Deno.ChildProcess {
  const permissions = [`--allow-read=${PROJECT},${folder}`, `--allow-write=${folder}`, "--no-prompt"];
  return start([...permissions, PROGRAM, ...args]);
}

/** Runs the job that kills itself, which takes a permission that the ledger has no use for. */
export function startCrash(...args: string[]): Deno.ChildProcess {
  return start(["--allow-all", PROGRAM, ...args]);
}

/** A process's lines, as long as the caller reads. */
export function linesOf(process: Deno.ChildProcess): AsyncIterable<string> {
  return process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough<string>(new TextLineStream());
}

/** kill -9, and what the process still had written. */
export async function kill(process: Deno.ChildProcess): Promise<void> {
  process.kill("SIGKILL");
  await process.stdin.close();
  await process.status;
}

function start(args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...args],
    cwd: PROJECT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** A random sequence that a seed repeats: numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
