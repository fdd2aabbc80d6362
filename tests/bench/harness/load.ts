/** Puts load on an address, with `wrk` if it is installed, otherwise with a generator of the bench under Bun. */
import { ROOT } from "../../../tools/lib/setup.mjs";
import { has, pinned } from "./machine.ts";
import { BUN, PROGRAMS } from "./programs.ts";

export interface Load {
  url: string;
  /** JSON to post; empty for a GET. */
  body: string;
  /** Concurrent requests, each on its own persistent connection. */
  connections: number;
  seconds: number;
  /** Additional headers. */
  headers?: Record<string, string>;
}

/** The result; times are of whole exchanges. */
export interface LoadResult {
  requests: number;
  seconds: number;
  /** Unsuccessful answers and failed connections. */
  errors: number;
  p50_us: number;
  p99_us: number;
}

/** The name of the load generator, for the report. */
export const GENERATOR = has("wrk") ? "wrk" : "a generator under Bun (`wrk` uses less processor time: install it)";

/** Sends load for `seconds`. */
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
