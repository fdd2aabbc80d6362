/** P12: what cost and budgets add to a call: priced, and held in budgets of its workspace, app, model and run. */
import { bareEnvironment } from "../harness/environment.ts";
import { pinned } from "../harness/machine.ts";
import type { Options } from "../harness/options.ts";
import { PROGRAMS } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";

const NAMES = { off: "reserve and settle", on: "with its cost and twelve budgets" } as const;

export const title = "Cost and budgets of a call";

export async function run({ quick, rounds }: Options): Promise<Report> {
  const calls = quick ? 50_000 : 300_000;
  const [off, on] = [await measure("off", calls, rounds), await measure("on", calls, rounds)];
  const row = (kind: keyof typeof NAMES, ns: number[]) => {
    return [NAMES[kind], ...[median(ns), Math.min(...ns), Math.max(...ns)].map((time) => figure(time))];
  };
  return {
    verdicts: [verdict("cost and budgets add to a call", (median(on) - median(off)) / 1000, "≤ 3", 2, " µs")],
    tables: [[["", "ns a call", "least", "most"], row("off", off), row("on", on)]],
    notes: [
      `${rounds} samples of ${
        figure(calls)
      } calls each, after one to warm up; processor time; a separate process for ` +
      "each row; 64 calls in flight; the ledger takes rows and does nothing",
      "Budgets of a day, a week and a month for the workspace, an app, a model and each run",
    ],
  };
}

/** @throws {Error} with what the program said, when it fails. */
async function measure(kind: keyof typeof NAMES, calls: number, samples: number): Promise<number[]> {
  const args = [
    "run",
    "--quiet",
    "--no-check",
    "--no-prompt",
    `${PROGRAMS}/budgets.ts`,
    kind,
    `${calls}`,
    `${samples}`,
  ];
  const [command, ...rest] = pinned("system", Deno.execPath(), args);
  const program = new Deno.Command(command, { args: rest, env: bareEnvironment(), clearEnv: true });
  const { success, stdout, stderr } = await program.output();
  const text = (bytes: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`Cannot measure budgets: ${text(stderr)}`);
  return JSON.parse(text(stdout));
}
