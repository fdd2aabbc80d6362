/** P4: one call reserved and settled under all four limits, its model counted too, with few workspaces and with many. */
import { fileURLToPath } from "node:url";
import { bareEnvironment } from "../harness/environment.ts";
import { pinned } from "../harness/machine.ts";
import type { Options } from "../harness/options.ts";
import { PROGRAMS } from "../harness/programs.ts";
import { figure, type Report, type Verdict, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";

const SIZES = [10, 100_000, 1_000_000];

/** Fewer workspaces than this share one page of memory: bytes per workspace cannot be measured. */
const FEW = 1000;

/** Sizes at which the peer is measured as well. */
const PEER_SIZES = SIZES.filter((size) => size >= FEW);

/** A sample of the peer has so many times fewer calls, because each takes longer. */
const PEER_SHARE = 5;

const PEER = new URL("../peers/node_modules/rate-limiter-flexible/package.json", import.meta.url);

type Kind = "workspace" | "model" | "snapshot" | "map" | "flexible";

/** Kinds of our own beside the main one, measured at the size of the peer's first row. */
const VARIANTS: [Kind, string][] = [
  ["model", "four limits, and four of the model"],
  ["snapshot", "the same, and a snapshot answers: two models counted"],
];

interface Counted {
  size: number;
  ns: number[];
  bytes: number;
  resident: number;
  timers: number;
}

export const title = "Reserve and settle under all four limits";

export async function run({ quick, rounds }: Options): Promise<Report> {
  const calls = quick ? 300_000 : 2_000_000;
  const peer = await hasPeer();
  const [ours, floor, theirs]: Counted[][] = [[], [], []];
  for (const size of SIZES) {
    ours.push(await count("workspace", size, calls, rounds));
    floor.push(await count("map", size, calls, rounds));
    if (peer && PEER_SIZES.includes(size)) theirs.push(await count("flexible", size, calls / PEER_SHARE, rounds));
  }
  const variants: string[][] = [];
  for (const [kind, name] of VARIANTS) variants.push(row(name, await count(kind, PEER_SIZES[0], calls, rounds)));
  return {
    verdicts: verdicts(ours, theirs),
    tables: [[
      ["", "workspaces", "ns a call", "least", "most", "bytes each", "resident bytes each", "timers each"],
      ...ours.map((counted) => row("four limits", counted)),
      ...variants,
      ...floor.map((counted) => row("fixed-minute Map, the floor", counted)),
      ...theirs.map((counted) => row("`rate-limiter-flexible`, three limits", counted)),
    ]],
    notes: [
      `${rounds} samples of ${figure(calls)} calls each (the peer's: ${
        figure(calls / PEER_SHARE)
      }), after one to warm ` +
      "up; processor time; a separate process for each row",
      "Random workspaces, found by their ids; 64 calls in flight; time passes as with 10,000 calls/s; every call names " +
      "a model, which is counted too",
      "Bytes: heap and typed arrays after each workspace's first call, with its entry in the Map, without its id's text",
      peer
        ? "The peer: a union of requests a minute and a day, and a limiter of tokens a minute; unused tokens are rewarded"
        : "`rate-limiter-flexible`: not installed",
    ],
  };
}

function verdicts(ours: Counted[], theirs: Counted[]): Verdict[] {
  const [, hundredThousand, million] = ours;
  const many = ours.filter(({ size }) => PEER_SIZES.includes(size));
  // The smaller of both sizes' ratios; none where the peer is not installed.
  const times = (of: (counted: Counted) => number) =>
    theirs.length === 0 ? NaN : Math.min(...theirs.map((peer, at) => of(peer) / of(many[at])));
  const bytes = Math.max(...many.map(({ bytes }) => bytes));
  return [
    verdict("a call, 100,000 workspaces", ns(hundredThousand) / 1000, "≤ 1.2", 2, " µs"),
    verdict("a call, 1,000,000 workspaces", ns(million) / 1000, "≤ 2.2", 2, " µs"),
    verdict("1,000,000 against 100,000 (P11)", ns(million) / ns(hundredThousand), "≤ 3", 1, " ×"),
    verdict("bytes a workspace with one model, the larger of both", bytes, "≤ 450", 0, " B"),
    verdict("timers a workspace", Math.max(...ours.map(({ timers }) => timers)), "≤ 0", 0),
    verdict("faster than `rate-limiter-flexible`, three limits", times(ns), "≥ 6", 1, " ×"),
    verdict("smaller than it", times(({ bytes }) => bytes), "≥ 6", 1, " ×"),
  ];
}

function ns(counted: Counted): number {
  return median(counted.ns);
}

function row(name: string, { size, ns, bytes, resident, timers }: Counted): string[] {
  const each = (value: number) => figure(size < FEW ? NaN : value);
  const times = [median(ns), Math.min(...ns), Math.max(...ns)].map((time) => figure(time));
  return [name, figure(size), ...times, each(bytes), each(resident), figure(timers)];
}

async function hasPeer(): Promise<boolean> {
  try {
    return (await Deno.stat(PEER)).isFile;
  } catch {
    return false;
  }
}

/** @throws {Error} with what the program said, when it fails. */
async function count(kind: Kind, workspaces: number, calls: number, samples: number): Promise<Counted> {
  const flags = ["run", "--quiet", "--no-check", "--no-prompt", `--allow-read=${fileURLToPath(new URL("..", PEER))}`];
  const memory = "--v8-flags=--expose-gc,--max-old-space-size=8192";
  const args = [...flags, memory, `${PROGRAMS}/counters.ts`, kind, ...[workspaces, calls, samples].map(String)];
  const [command, ...rest] = pinned("system", Deno.execPath(), args);
  const program = new Deno.Command(command, { args: rest, env: bareEnvironment(), clearEnv: true });
  const { success, stdout, stderr } = await program.output();
  const text = (bytes: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`Cannot count with ${workspaces} workspaces: ${text(stderr)}`);
  return { size: workspaces, ...JSON.parse(text(stdout)) };
}
