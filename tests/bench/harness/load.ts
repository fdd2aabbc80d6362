/** Puts load on an address: by `wrk` where it is, else by a generator of our own under Bun. */
import { ROOT } from "../../../tools/lib/setup.mjs";
import { has, pinned } from "./machine.ts";
import { BUN, PROGRAMS } from "./programs.ts";

export interface Load {
  url: string;
  /** JSON to be posted; empty for a GET. */
  body: string;
  /** Requests under way at any moment, each on a connection of its own that is kept. */
  connections: number;
  seconds: number;
  /** Beside those that every call of the kind has. */
  headers?: Record<string, string>;
}

/** What came of it; times are of whole exchanges. */
export interface LoadResult {
  requests: number;
  seconds: number;
  /** Answers that were no success, and connections that failed. */
  errors: number;
  p50_us: number;
  p99_us: number;
}

/** Its name, for the report. */
export const GENERATOR = has("wrk") ? "wrk" : "the bench's own under Bun (install wrk for less load of its own)";

/** Loads for the time asked. */
export async function putLoad({ url, body, connections, seconds, headers = {} }: Load): Promise<LoadResult> {
  const [command, ...args] = GENERATOR === "wrk"
    ? ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-s", `${PROGRAMS}/wrk.lua`, url]
    : [BUN, `${PROGRAMS}/load.ts`, url, `${connections}`, `${seconds}`];
  const [first, ...rest] = pinned("load", command, args);
  const options = {
    args: rest,
    cwd: ROOT,
    env: { BENCH_BODY: body, BENCH_HEADERS: Object.entries(headers).map((pair) => pair.join("=")).join(";") },
    stdout: "piped",
    stderr: "piped",
  } as const;
  const { stdout, stderr } = await new Deno.Command(first, options).output();
  const output = new TextDecoder().decode(stdout);
  const json = /^\{.*\}$/m.exec(output);
  if (!json) throw new Error(`Cannot load ${url}: ${output}${new TextDecoder().decode(stderr)}`);
  return JSON.parse(json[0]);
}
