/** P5: the ledger: rows a second, time until a row is durable, and stalls of the event loop meanwhile. */
import process from "node:process";
import type { AttemptRow, Ledger } from "../../../server/ledger/ledger.ts";
import { openLedger } from "../../../server/ledger/open.ts";
import { attemptId } from "../../../server/attempts/recorder.ts";
import { bareRows } from "../harness/bare_rows.ts";
import { LoopWatch } from "../harness/loop_watch.ts";
import type { Options } from "../harness/options.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median, percentile } from "../harness/stats.ts";

const WAITING = 1024;
const OFFERED = 10_000;

/** The measurements of one period. */
interface Sample {
  /** Acknowledged rows a second. */
  rate: number;
  /** Processor time of all threads for a row, in microseconds, with the work of the load. */
  cpu_us: number;
  /** From the append until the row is durable, one for each row. */
  wait_ms: number[];
  /** Delays of a timer in the event loop. */
  late_ms: number[];
}

/** Appends until `end`, in the time of `performance.now()`, and adds each duration to `waits`. */
type Load = (ledger: Ledger, end: number, waits: number[]) => Promise<unknown>;

export const title = "The ledger: SQLite, every row on disk before it is acknowledged";

export async function run({ rounds, seconds }: Options): Promise<Report> {
  const [plain, indexed]: number[][] = [[], []];
  const [full, timed, left, idle]: Sample[][] = [[], [], [], []];
  await sample(concurrent, 0.5);
  for (let round = 0; round < rounds; round++) {
    plain.push(await bareRows("plain", seconds / 2));
    full.push(await sample(concurrent, seconds));
    indexed.push(await bareRows("attempts", seconds / 2));
    timed.push(await sample(offered, seconds));
    left.push(await sample(unawaited, seconds));
    idle.push(await sample(nothing, seconds / 2));
  }
  const shares = full.map(({ rate }, round) => rate / plain[round]);
  return {
    verdicts: [
      verdict("rows/s with 1,024 callers, compared with bare transactions of 1,000", median(shares), "≥ 0.6", 2, " ×"),
      verdict("p50 until durable, at 10,000 rows/s", over(timed, ({ wait_ms }) => median(wait_ms)), "≤ 2", 2, " ms"),
      verdict(
        "p99 event loop stall meanwhile",
        over(timed, ({ late_ms }) => percentile(late_ms, 0.99)),
        "≤ 2",
        2,
        " ms",
      ),
    ],
    tables: [[
      ["", "rows/s", "× bare", "CPU µs", "p50 ms", "p99 ms", "stall p50 ms", "stall p99 ms", "longest stall ms"],
      bareRow("bare transactions of 1,000, no index", plain, plain),
      bareRow("the same, with the ledger's table", indexed, plain),
      ledgerRow("ledger, 1,024 callers", full, plain),
      ledgerRow("ledger, 10,000 rows/s", timed, plain),
      ledgerRow("ledger, 10,000 rows/s without waiting", left, plain),
      ledgerRow("idle event loop", idle, null),
    ]],
    notes: [
      `${rounds} rounds, each with a new file; medians of the ratios and times in each round`,
      "The baseline: the columns that an attempt had at first, without cost, run and the like, in a table without an " +
      "index, 1,000 rows in a transaction, on the same disk with the same durability, inserted by the thread that makes " +
      "them. Ids are the service's, which increase with time",
      "The ledger's table has two indexes. The ledger also keeps sums and sends rows to its worker through a queue",
      "p50 and p99: from the append until it is acknowledged. Rows without a waiting caller are delayed by up to 20 ms",
      "CPU: of all threads for a row, with the work of the load",
      `Stall: delay of a timer of ${LoopWatch.PERIOD_MS} ms, with its resolution and the work of the load`,
    ],
  };
}

async function sample(load: Load, seconds: number): Promise<Sample> {
  const folder = await Deno.makeTempDir();
  const ledger = await openLedger(`sqlite:${folder}/quota.db`);
  // The first append starts the worker, which must not count.
  await ledger.append({ kind: "attempt", row: attempt(0) });
  const waits: number[] = [];
  const watch = new LoopWatch();
  const [started, used] = [performance.now(), process.cpuUsage()];
  await load(ledger, started + seconds * 1000, waits);
  const took_s = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  watch.stop();
  await ledger.close();
  await Deno.remove(folder, { recursive: true });
  const cpu_us = (user + system) / waits.length;
  return { rate: waits.length / took_s, cpu_us, wait_ms: waits, late_ms: watch.late_ms };
}

/** Concurrent callers; each appends its next row when the previous one is durable. */
const concurrent: Load = (ledger, end, waits) =>
  Promise.all(Array.from({ length: WAITING }, async (_, caller) => {
    while (performance.now() < end) await append(ledger, caller, waits);
  }));

/**
 * Sends rows at a fixed rate, whether or not earlier ones are durable. Pending rows are counted and not kept in a list,
 * because the garbage collector would move a growing list and stall the event loop.
 */
function paced(send: (ledger: Ledger, index: number, waits: number[], done: () => void) => void): Load {
  return async (ledger, end, waits) => {
    const started = performance.now();
    const over = Promise.withResolvers<void>();
    let [sent, done] = [0, 0];
    const count = () => {
      if (++done === sent && performance.now() >= end) over.resolve();
    };
    while (performance.now() < end) {
      const due = (performance.now() - started) * OFFERED / 1000;
      while (sent < due) send(ledger, sent++, waits, count);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    if (done < sent) await over.promise;
  };
}

const offered = paced((ledger, index, waits, done) => void append(ledger, index, waits).then(done));

const unawaited = paced((ledger, index, waits, done) => {
  const started = performance.now();
  ledger.write({ kind: "attempt", row: attempt(index) }, () => {
    waits.push(performance.now() - started);
    done();
  });
});

const nothing: Load = (_ledger, end) => new Promise((resolve) => setTimeout(resolve, end - performance.now()));

async function append(ledger: Ledger, index: number, waits: number[]): Promise<void> {
  const started = performance.now();
  await ledger.append({ kind: "attempt", row: attempt(index) });
  waits.push(performance.now() - started);
}

function over(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return median(samples.map(of));
}

function bareRow(name: string, rates: readonly number[], bare: readonly number[]): string[] {
  return [name, figure(median(rates)), share(rates, bare), "–", "–", "–", "–", "–", "–"];
}

function ledgerRow(name: string, samples: readonly Sample[], bare: readonly number[] | null): string[] {
  const rates = samples.map(({ rate }) => rate);
  return [
    name,
    bare ? figure(median(rates)) : "–",
    bare ? share(rates, bare) : "–",
    bare ? figure(over(samples, ({ cpu_us }) => cpu_us), 1) : "–",
    figure(over(samples, ({ wait_ms }) => median(wait_ms)), 2),
    figure(over(samples, ({ wait_ms }) => percentile(wait_ms, 0.99)), 2),
    figure(over(samples, ({ late_ms }) => median(late_ms)), 2),
    figure(over(samples, ({ late_ms }) => percentile(late_ms, 0.99)), 2),
    figure(over(samples, ({ late_ms }) => percentile(late_ms, 1)), 1),
  ];
}

function share(rates: readonly number[], bare: readonly number[]): string {
  return figure(median(rates.map((rate, round) => rate / bare[round])), 2);
}

function attempt(index: number): AttemptRow {
  const id = attemptId();
  return {
    id,
    call_id: id,
    retry: 0,
    workspace_id: `team-${index % 20}`,
    endpoint: "chat/completions",
    model: "gpt-5.4",
    app: null,
    stream: false,
    started_at_ms: Date.now(),
    latency_ms: 200,
    first_byte_ms: 200,
    outcome: "ok",
    http_status: 200,
    error_code: null,
    service_tier: null,
    usage: { input_tokens: 200, cached_input_tokens: 0, output_tokens: 100, reasoning_tokens: 0, total_tokens: 300 },
    usage_source: "counted",
  };
}
