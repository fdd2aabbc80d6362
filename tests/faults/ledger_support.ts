/** Folders and child processes for the ledger's fault tests. */
import { TextLineStream } from "deno-std/streams/text_line_stream.js";

const PROJECT = new URL("../../", import.meta.url).pathname;
const PROGRAM = new URL("./ledger_processes.ts", import.meta.url).pathname;

/** A folder that is removed at the end of its scope. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "ledger-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** Runs a job of `ledger_processes.ts` with only the permissions that the ledger needs. */
export function startJob(folder: string, ...args: string[]): Deno.ChildProcess {
  const permissions = [`--allow-read=${PROJECT},${folder}`, `--allow-write=${folder}`, "--no-prompt"];
  return start([...permissions, PROGRAM, ...args]);
}

/** Runs the job that kills itself, which needs a permission that the ledger does not. */
export function startCrash(...args: string[]): Deno.ChildProcess {
  return start(["--allow-all", PROGRAM, ...args]);
}

/** Runs the job whose worker throws. Deno prints that error to stderr, whatever the program does with it. */
export function startBreak(path: string): Deno.ChildProcess {
  return start(["--allow-all", PROGRAM, "break", path], "null");
}

/** The lines that a process prints. */
export function linesOf(process: Deno.ChildProcess): AsyncIterable<string> {
  return process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough<string>(new TextLineStream());
}

/** Kills a process with SIGKILL. */
export async function kill(process: Deno.ChildProcess): Promise<void> {
  process.kill("SIGKILL");
  await process.stdin.close();
  await process.status;
}

function start(args: string[], stderr: "inherit" | "null" = "inherit"): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...args],
    cwd: PROJECT,
    stdin: "piped",
    stdout: "piped",
    stderr,
  }).spawn();
}

/** A repeatable sequence of random numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
