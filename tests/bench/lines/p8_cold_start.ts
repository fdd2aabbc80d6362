/** P8: cold start until the first 200 on `/healthz`, with a ledger of a million attempts, compared with a Deno hello. */
import { serviceCommand } from "../../../tools/lib/service.mjs";
import { ROOT } from "../../../tools/lib/setup.mjs";
import { writeLedger } from "../harness/big_ledger.ts";
import { coldStart, type Startable } from "../harness/cold_start.ts";
import type { Options } from "../harness/options.ts";
import { gatewayEnv, PROGRAMS } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median, percentile } from "../harness/stats.ts";

const ATTEMPTS = 1_000_000;

export const title = "Cold start until the first answer, with a ledger of 1,000,000 attempts";

export async function run({ quick, rounds }: Options): Promise<Report> {
  const attempts = quick ? ATTEMPTS / 10 : ATTEMPTS;
  const [empty, full] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  await writeLedger(full, attempts);
  const rows: [name: string, startable: Startable][] = [
    ["Deno hello", hello()],
    ["service, new ledger", service(empty)],
    [`service, ${figure(attempts)} attempts`, service(full)],
  ];
  const times = await takeTurns(rows.map(([, startable]) => startable), rounds * 3);
  await Promise.all([empty, full].map((folder) => Deno.remove(folder, { recursive: true })));
  const ratios = times[2].map((time, turn) => time / times[0][turn]);
  return {
    verdicts: [verdict("first answer, compared with a Deno hello", median(ratios), "≤ 5", 2, " ×")],
    tables: [[
      ["", "p50 ms", "p90 ms"],
      ...rows.map(([name], at) => [
        name,
        figure(median(times[at]), 1),
        figure(percentile(times[at], 0.9), 1),
      ]),
    ]],
    notes: [
      `${ratios.length} starts of each in turn, after one to warm the module cache; medians of the ratios in each turn`,
    ],
  };
}

async function takeTurns(startables: Startable[], turns: number): Promise<number[][]> {
  for (const startable of startables) await coldStart(startable);
  const times: number[][] = startables.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [at, startable] of startables.entries()) times[at].push(await coldStart(startable));
  }
  return times;
}

function hello(): Startable {
  const args = ["run", "--quiet", "--no-prompt", "--allow-net", "--allow-env", `${PROGRAMS}/hello.ts`];
  return { command: Deno.execPath(), args, env: {}, path: "/" };
}

function service(folder: string): Startable {
  const env = gatewayEnv({ upstream: "http://127.0.0.1:9", folder });
  return { ...serviceCommand({ deno: Deno.execPath(), root: ROOT, env }), env, path: "/healthz" };
}
