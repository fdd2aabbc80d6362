/** P5: the durable record: how many rows, how soon they are on the disk, and what the main loop feels of it. */
import process from "node:process";
import type { AttemptRow, Ledger } from "../../../server/ledger/ledger.ts";
import { openLedger } from "../../../server/ledger/open.ts";
import { attemptId } from "../../../server/attempts/attempt_id.ts";
import { bareRows } from "../harness/bare_rows.ts";
import { LoopWatch } from "../harness/loop_watch.ts";
import type { Options } from "../harness/options.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median, percentile } from "../harness/stats.ts";

const WAITING = 1024;
const OFFERED = 10_000;

/** What was seen of the ledger in one span. */
interface Sample {
  /** Acknowledged rows a second. */
  rate: number;
  /** Processor time of all threads, in microseconds a row, the load's own included. */
  cpu_us: number;
  /** From the append until it is durable, a row each. */
  wait_ms: number[];
  /** What a timer waited for its turn. */
  late_ms: number[];
}

/** Appends until `end`, an instant of `performance.now()`, and keeps in `waits` how long each took. */
type Load = (ledger: Ledger, end: number, waits: number[]) => Promise<unknown>;

export const title = "The durable record: SQLite, every row on the disk before it is acknowledged";

export async function run({ rounds, seconds }: Options): Promise<Report> {
  const [plain, indexed]: number[][] = [[], []];
  const [full, timed, left, idle]: Sample[][] = [[], [], [], []];
  await sample(atOnce, 0.5);
  for (let round = 0; round < rounds; round++) {
    plain.push(await bareRows("plain", seconds / 2));
    full.push(await sample(atOnce, seconds));
    indexed.push(await bareRows("attempts", seconds / 2));
    timed.push(await sample(offered, seconds));
    left.push(await sample(unawaited, seconds));
    idle.push(await sample(nothing, seconds / 2));
  }
  const shares = full.map(({ rate }, round) => rate / plain[round]);
  return {
    verdicts: [
      verdict("rows/s, 1,024 waiting, against a bare transaction of 1,000", median(shares), "≥ 0.25", 2, " ×"),
      verdict("p50 at 10,000/s offered", over(timed, ({ wait_ms }) => median(wait_ms)), "≤ 2", 2, " ms"),
      verdict(
        "main-loop stall p99 meanwhile",
        over(timed, ({ late_ms }) => percentile(late_ms, 0.99)),
        "≤ 2",
        2,
        " ms",
      ),
    ],
    tables: [[
      ["", "rows/s", "× bare", "CPU µs", "p50 ms", "p99 ms", "stall p50 ms", "stall p99 ms", "longest stall ms"],
      bareRow("bare transactions of 1,000, no index", plain, plain),
      bareRow("the same, the ledger's table", indexed, plain),
      ledgerRow("ledger, 1,024 waiting", full, plain),
      ledgerRow("ledger, 10,000/s offered", timed, plain),
      ledgerRow("ledger, 10,000/s that nobody waits for", left, plain),
      ledgerRow("the loop at rest", idle, null),
    ]],
    notes: [
      `${rounds} rounds, a new file in each; ratios inside a round, then the median; of what is in ms the rounds' median`,
      "The floor of the goal: an attempt's columns in a table without an index, 1,000 to a transaction, on the same disk " +
      "and as durable, by the thread that makes them. Ids are the service's own, which grow with time",
      "The ledger's table has two indexes; the ledger adds sums, a queue and the way to its thread and back",
      "Wait: from the append until it is acknowledged; what nobody waits for lies for up to 20 ms on purpose",
      "CPU: of all threads, a row, the load's own work included",
      `Stall: what a timer of ${LoopWatch.PERIOD_MS} ms fires late, its own grain and the load's work in the loop included`,
    ],
  };
}

async function sample(load: Load, seconds: number): Promise<Sample> {
  const folder = await Deno.makeTempDir();
  const ledger = await openLedger(`sqlite:${folder}/quota.db`);
  // The worker is made with the first append; that is of a start, not of what follows.
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

/** So many callers, each with its next row as soon as the last is durable. */
const atOnce: Load = (ledger, end, waits) =>
  Promise.all(Array.from({ length: WAITING }, async (_, caller) => {
    while (performance.now() < end) await append(ledger, caller, waits);
  }));

/**
 * A row when its time has come, whether or not earlier ones are durable; a timer's turn sends all that are due. What is
 * under way is counted, not kept: a growing list would be moved about by the collector, and the loop would stall for it.
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
