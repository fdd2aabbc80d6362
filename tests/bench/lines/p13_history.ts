/** P13: the queries of a dashboard on a ledger of ten million attempts, through the ledger's port. */
import { openLedger } from "../../../server/ledger/open.ts";
import type { HistoryQuery } from "../../../server/ledger/history/query.ts";
import type { HistoricLedger } from "../../../server/ledger/history/port.ts";
import type { AttemptSearch } from "../../../server/ledger/history/search.ts";
import { writeLedger } from "../harness/big_ledger.ts";
import type { Options } from "../harness/options.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";

const ATTEMPTS = 10_000_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const title = `Queries of history, with a ledger of ${figure(ATTEMPTS)} attempts in a week`;

type Query = [name: string, ask: (ledger: HistoricLedger) => Promise<unknown>];

export async function run({ quick, rounds }: Options): Promise<Report> {
  const attempts = quick ? ATTEMPTS / 20 : ATTEMPTS;
  const folder = await Deno.makeTempDir();
  try {
    const written = performance.now();
    await writeLedger(folder, attempts);
    const write_us = (performance.now() - written) * 1000 / attempts;
    const ledger = await openLedger(`sqlite:${folder}/quota.db`);
    const rows: [string, number[]][] = [];
    for (const [name, ask] of queries(Date.now())) rows.push([name, await timesOf(() => ask(ledger), rounds * 5)]);
    await ledger.close();
    const slowest = Math.max(...rows.map(([, times]) => median(times)));
    return {
      verdicts: [verdict("the slowest query", slowest, "≤ 300", 0, " ms")],
      tables: [[
        ["", "p50 ms", "worst ms"],
        ...rows.map(([name, times]) => [name, figure(median(times), 1), figure(Math.max(...times), 1)]),
      ]],
      notes: [`${figure(attempts)} attempts, written in ${figure(write_us, 1)} µs each with their history`],
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function queries(now_ms: number): Query[] {
  const history = (change: Partial<HistoryQuery>, step_ms: number, span_ms: number) => (ledger: HistoricLedger) => {
    const first = Math.floor((now_ms - span_ms) / HOUR_MS) * HOUR_MS;
    const starts_ms = Array.from({ length: span_ms / step_ms }, (_, step) => first + step * step_ms);
    const unit = step_ms === MINUTE_MS ? "minute" : "quarter";
    const query = {
      workspaces: null,
      filters: {},
      by: null,
      top: 10,
      starts_ms,
      end_ms: first + span_ms,
      unit,
    } as const;
    return ledger.history.sums({ ...query, ...change });
  };
  const search = (change: Partial<AttemptSearch>) => (ledger: HistoricLedger) =>
    ledger.history.search({
      workspaces: null,
      filters: {},
      is: {},
      from_ms: now_ms - DAY_MS,
      to_ms: now_ms,
      limit: 100,
      ...change,
    });
  const one = ["team-7"];
  return [
    ["a workspace, the last hour by minute", history({ workspaces: one }, MINUTE_MS, HOUR_MS)],
    ["a workspace by model, a day by minute", history({ workspaces: one, by: "model" }, MINUTE_MS, DAY_MS)],
    ["all workspaces, a day by minute", history({ by: "workspace" }, MINUTE_MS, DAY_MS)],
    ["all workspaces, a week by hour", history({ by: "workspace" }, HOUR_MS, 7 * DAY_MS)],
    ["one model of all workspaces, a week by day", history({ filters: { model: ["gpt-5.4"] } }, DAY_MS, 7 * DAY_MS)],
    ["a page of a workspace's attempts", search({ workspaces: one })],
    ["a search for failures, of which there are none", search({ filters: { outcome: ["failed"] } })],
    ["a search for a request id in the last hour", search({ from_ms: now_ms - HOUR_MS, is: { request_id: "none" } })],
  ];
}

async function timesOf(ask: () => Promise<unknown>, count: number): Promise<number[]> {
  await ask();
  const times: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  return times;
}
