/** P13: the queries of a dashboard on a ledger of ten million attempts, over HTTP, also while calls are written. */
import { writeLedger } from "../harness/big_ledger.ts";
import { type HistoryQueries, historyQueries } from "../harness/history_queries.ts";
import { offerCalls } from "../harness/offered_calls.ts";
import type { Options } from "../harness/options.ts";
import type { Program } from "../harness/program.ts";
import { NO_LIMITS, startGateway, startUpstream } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median, percentile } from "../harness/stats.ts";

const ATTEMPTS = 10_000_000;
const CALLS_A_SECOND = 2_000;
const CALL = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] });

export const title = `Queries of history, with a ledger of ${figure(ATTEMPTS)} attempts in a week`;

/** Durations of answers, by the path of the query. */
type Times = Map<string, number[]>;

/** Calls that were sent while something else was done. */
interface CallTimes {
  name: string;
  times_ms: number[];
  failed: number;
  per_second: number;
  /** Processor time of the service for a second. */
  cpu_share: number;
}

interface Measured {
  queries: HistoryQueries;
  quiet: Times;
  busy: Times;
  calls: CallTimes[];
}

export async function run({ quick, rounds, seconds }: Options): Promise<Report> {
  const attempts = quick ? ATTEMPTS / 20 : ATTEMPTS;
  const folder = await Deno.makeTempDir();
  try {
    const started = performance.now();
    await writeLedger(folder, attempts);
    const write_us = (performance.now() - started) * 1000 / attempts;
    return report(await measure(folder, historyQueries(attempts), rounds, seconds), [
      `${figure(attempts)} attempts, written in ${figure(write_us, 1)} µs each with their history`,
      `${
        2 * rounds
      } answers of each query; p50, and the slowest of them. Pages of 200 attempts. One search of a cell ` +
      "after the other",
      "Calls go through the gateway, and are answered when they are on disk (`QUOTA_DURABILITY=answer`). Calls and queries " +
      "share the one core of the service",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(folder: string, queries: HistoryQueries, rounds: number, seconds: number): Promise<Measured> {
  const upstream = await startUpstream();
  const env = { ...NO_LIMITS, QUOTA_DURABILITY: "answer" };
  const service = await startGateway({ upstream: upstream.url, folder, env });
  const { history, searches, fields } = queries;
  const all = [...history, ...searches].map(({ path }) => path);
  const paths = [...all, ...fields.flatMap(({ none, one, many }) => [none, one, many])];
  const [quiet, busy]: Times[] = [new Map(), new Map()];
  await idle(service);
  await askAll(service.url, paths, new Map(), 1);
  await askAll(service.url, paths, quiet, 2 * rounds);
  const calls = [
    await withCalls("no queries", service, () => new Promise((resolve) => setTimeout(resolve, seconds * 5_000))),
    await withCalls("one query after another", service, () => askAll(service.url, paths, busy, 2 * rounds)),
  ];
  await Promise.all([service, upstream].map((program) => program.stop()));
  return { queries, quiet, busy, calls };
}

function gatewayUrl({ url }: Program): string {
  return `${url}/w/acme/v1/chat/completions`;
}

async function withCalls(name: string, service: Program, act: () => Promise<unknown>): Promise<CallTimes> {
  const [cpu, start] = [service.cpu(), performance.now()];
  const calls = offerCalls(gatewayUrl(service), CALL, CALLS_A_SECOND);
  await act();
  await calls.stop();
  const took_s = (performance.now() - start) / 1000;
  const { times_ms, failed } = calls;
  return { name, times_ms, failed, per_second: times_ms.length / took_s, cpu_share: (service.cpu() - cpu) / took_s };
}

/** Resolves when the service does nothing more: after its start it reads what was spent this month. */
async function idle(service: Program): Promise<void> {
  for (let last = NaN; !(service.cpu() - last < 0.05);) {
    last = service.cpu();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

/** @throws {Error} for an answer that is not 200. */
async function askAll(url: string, paths: readonly string[], times: Times, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    for (const path of paths) {
      const start = performance.now();
      const response = await fetch(url + path);
      const text = await response.text();
      if (!response.ok) throw new Error(`Cannot measure ${path}: ${text}`);
      times.set(path, [...times.get(path) ?? [], performance.now() - start]);
    }
  }
}

function report({ queries: { history, searches, fields }, quiet, busy, calls }: Measured, notes: string[]): Report {
  const slowest = (times: Times) => Math.max(...[...times.values()].map(median));
  const row = ({ name, path }: HistoryQueries["history"][number]) => {
    const both = [quiet, busy].map((times) => times.get(path)!);
    return [name, ...both.flatMap((all) => [figure(median(all), 1), figure(Math.max(...all), 1)])];
  };
  const head = ["p50 ms", "worst ms", "p50 ms with calls", "worst ms with calls"];
  const cell = (path: string) => [quiet, busy].map((times) => figure(median(times.get(path)!), 1)).join(" / ");
  return {
    verdicts: [
      verdict("the slowest query", slowest(quiet), "≤ 300", 0, " ms"),
      verdict(`the slowest query, during ${figure(CALLS_A_SECOND)} calls/s`, slowest(busy), "≤ 300", 0, " ms"),
    ],
    tables: [
      [["sums", ...head], ...history.map(row)],
      [["searches", ...head], ...searches.map(row)],
      [
        ["a week's attempts by (p50 ms / with calls)", "none match", "one matches", "many match"],
        ...fields.map(({ field, none, one, many }) => [field, ...[none, one, many].map(cell)]),
      ],
      [
        ["calls during", "calls/s", "p50 ms", "p99 ms", "failed", "CPU of the service"],
        ...calls.map(callRow),
      ],
    ],
    notes,
  };
}

function callRow({ name, times_ms, failed, per_second, cpu_share }: CallTimes): string[] {
  const [p50, p99] = [median(times_ms), percentile(times_ms, 0.99)];
  return [name, figure(per_second), figure(p50, 2), figure(p99, 1), figure(failed), `${figure(cpu_share * 100)} %`];
}
