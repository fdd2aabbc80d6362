/** P4: one call counted, reserved and settled under all four limits, with few workspaces and with very many. */
import { bareEnvironment } from "../harness/environment.ts";
import { pinned } from "../harness/machine.ts";
import type { Options } from "../harness/options.ts";
import { PROGRAMS } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";

const SIZES = [10, 100_000, 1_000_000];

/** A handful of workspaces share the pages of many: what one takes is not to be seen there. */
const FEW = 1000;

interface Counted {
  ns: number[];
  bytes: number;
  resident: number;
}

export const title = "Reserve and settle under all four limits";

export async function run({ quick, rounds }: Options): Promise<Report> {
  const calls = quick ? 300_000 : 2_000_000;
  const seen = { counters: [] as Counted[], map: [] as Counted[] };
  for (const size of SIZES) {
    for (const kind of ["counters", "map"] as const) seen[kind].push(await count(kind, size, calls, rounds));
  }
  const [, hundredThousand, million] = seen.counters;
  const ns = ({ ns }: Counted) => median(ns);
  return {
    verdicts: [
      verdict("a call, 100,000 workspaces", ns(hundredThousand) / 1000, "≤ 1", 2, " µs"),
      verdict("a call, 1,000,000 workspaces", ns(million) / 1000, "≤ 2", 2, " µs"),
      verdict(
        "bytes a workspace, the larger of both",
        Math.max(hundredThousand.bytes, million.bytes),
        "≤ 400",
        0,
        " B",
      ),
      verdict("faster than `rate-limiter-flexible`, three limits", NaN, "≥ 6", 1, " ×"),
    ],
    tables: [[
      ["", "workspaces", "ns a call", "least", "most", "bytes each", "resident bytes each"],
      ...SIZES.flatMap((size, at) => [
        row("four limits", size, seen.counters[at]),
        row("fixed-minute Map, the floor", size, seen.map[at]),
      ]),
    ]],
    notes: [
      `${rounds} samples of ${figure(calls)} calls each, after one to warm up; a process of its own for each row`,
      "Workspaces at random, found by their ids; 64 calls under way; time goes on as with 10,000 calls/s",
      "Bytes: heap and typed arrays after each workspace's first call, its place in the Map included, its id's text not",
      "`rate-limiter-flexible`: not installed",
    ],
  };
}

function row(name: string, size: number, { ns, bytes, resident }: Counted): string[] {
  const each = (value: number) => figure(size < FEW ? NaN : value);
  const times = [median(ns), Math.min(...ns), Math.max(...ns)].map((time) => figure(time));
  return [name, figure(size), ...times, each(bytes), each(resident)];
}

/** @throws {Error} with what the program said, when it fails. */
async function count(kind: string, workspaces: number, calls: number, samples: number): Promise<Counted> {
  const flags = ["run", "--quiet", "--no-check", "--no-prompt", "--v8-flags=--expose-gc"];
  const args = [...flags, `${PROGRAMS}/counters.ts`, kind, ...[workspaces, calls, samples].map(String)];
  const [command, ...rest] = pinned("system", Deno.execPath(), args);
  const program = new Deno.Command(command, { args: rest, env: bareEnvironment(), clearEnv: true });
  const { success, stdout, stderr } = await program.output();
  const text = (bytes: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`Cannot count with ${workspaces} workspaces: ${text(stderr)}`);
  return JSON.parse(text(stdout));
}
