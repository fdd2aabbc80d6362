/** A chaos run: batches of calls, each with its own workspaces. After each batch both ledgers are compared. */
import { readConfig } from "../../server/config/config.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import { type Service, startService } from "../../server/service.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { type Callers, type Seen, startCallers } from "./caller.ts";
import { judgeCounters } from "./judge_counters.ts";
import { judge, judgeSeen } from "./judge.ts";
import { type Call, nextCalls } from "./plan.ts";
import { Random } from "./random.ts";
import { type ChaosUpstream, type Entry, startChaosUpstream } from "./upstream.ts";

export interface RunOptions {
  seed: number;
  /** Minimum number of calls. */
  calls: number;
  /** Concurrent calls. */
  at_once: number;
  /** Calls in a batch. */
  batch: number;
  ledger: HistoricLedger;
  /** Enforces this limit of requests a minute; time runs a hundred times faster then. */
  enforced_limit?: number;
  /** Called after each batch. */
  onBatch?: (figures: Figures) => void;
}

export interface Figures {
  calls: number;
  /** Requests that the upstream received. */
  attempts: number;
  /** Rows in our ledger. */
  rows: number;
  /** Rows of attempts that did not arrive because the caller left while they were being sent. */
  never_received: number;
  by_source: Record<AttemptRow["usage_source"], number>;
  by_fate: Record<string, number>;
  /** With an enforced limit: the maximum of used plus reserved requests. */
  fullest: number;
  /** One sentence for each fault. */
  faults: string[];
}

const WORKSPACES = 8;
const ROOMY = { requests_per_minute: 1e8, tokens_per_minute: 1e12, requests_per_day: 1e8, tokens_per_day: 1e12 };

/** How much faster time runs with an enforced limit, so that minutes pass. */
const SPEEDUP = 100;

/** Far from midnight: the day does not end during the run. */
const NOON = Date.UTC(2026, 10, 21, 12);

/** Runs all batches and compares the ledgers. Closes the ledger at the end. */
export async function chaos(options: RunOptions): Promise<Figures> {
  const { seed, calls, at_once, batch, ledger, enforced_limit: limit, onBatch } = options;
  const upstream = startChaosUpstream();
  const config = readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: upstream.url, QUOTA_TIMEZONE: "UTC" });
  const start = performance.now();
  const clock = systemClock(() => NOON + (limit ? Math.floor((performance.now() - start) * SPEEDUP) : 0));
  const service = await startService({
    config: {
      ...config,
      limits: { ...ROOMY, ...(limit ? { requests_per_minute: limit } : {}) },
      mode: limit ? "enforce" : "observe",
    },
    ledger,
    clock,
    log: () => {},
  });
  const callers = startCallers(service.tracker, { upstream: upstream.url, service: service.url });
  upstream.onHang = (call) => callers.giveUp(call);
  const random = new Random(seed);
  const figures = noFigures();
  if (limit) upstream.onArrival = ({ workspace }) => watchLimit(service, workspace, figures);
  try {
    for (let number = 0; figures.calls < calls; number++) {
      const size = Math.min(batch, calls - figures.calls);
      const workspaces = Array.from({ length: WORKSPACES }, (_, at) => `batch-${number}-${at}`);
      const seen = await runBatch({
        retries: !limit,
        random,
        workspaces,
        upstream,
        callers,
        at_once,
        from: figures.calls,
        size,
      });
      await settled(service, upstream);
      figures.calls += seen.size;
      await compare({ upstream, service, ledger, workspaces, seen, figures });
      onBatch?.(figures);
    }
  } finally {
    upstream.close();
    await service.stop(0);
  }
  return figures;
}

interface Batch {
  /** Whether the SDK may retry. */
  retries: boolean;
  random: Random;
  workspaces: string[];
  upstream: ChaosUpstream;
  callers: Callers;
  at_once: number;
  from: number;
  size: number;
}

async function runBatch(
  { retries, random, workspaces, upstream, callers, at_once, from, size }: Batch,
): Promise<Map<Call, Seen>> {
  const seen = new Map<Call, Seen>();
  let planned = 0;
  const program = async () => {
    while (planned < size) {
      const calls = nextCalls(random, from + planned, workspaces);
      // After our refusals the SDK would wait in real time.
      if (!retries) { for (const call of calls) call.retries = 0; }
      planned += calls.length;
      for (const call of calls) {
        upstream.calls.set(call.id, call);
        seen.set(call, await callers.make(call));
      }
    }
  };
  await Promise.all(Array.from({ length: at_once }, program));
  return seen;
}

/** Attempts of callers that left end a few turns of the event loop later. */
async function settled({ tracker }: Service, upstream: ChaosUpstream): Promise<void> {
  const isBusy = () => tracker.inFlight > 0 || upstream.busy > 0;
  for (let turn = 0; isBusy() && turn < 5000; turn++) await new Promise((done) => setTimeout(done, 0));
  await tracker.flushed();
}

/** Checks at every arrival that used and reserved requests are within the limit. */
function watchLimit({ tracker }: Service, workspace: string, figures: Figures): void {
  const { current, reserved, limit } = tracker.status(workspace).stats.requests_per_minute!;
  figures.fullest = Math.max(figures.fullest, current + reserved);
  if (current + reserved > limit) {
    figures.faults.push(`${workspace}: ${current} used and ${reserved} reserved of ${limit}`);
  }
}

interface Comparison {
  upstream: ChaosUpstream;
  service: Service;
  ledger: HistoricLedger;
  workspaces: string[];
  seen: Map<Call, Seen>;
  figures: Figures;
}

async function compare({ upstream, service, ledger, workspaces, seen, figures }: Comparison): Promise<void> {
  const entries = upstream.entries.splice(0);
  upstream.calls.clear();
  const { faults } = figures;
  if (service.tracker.inFlight > 0) faults.push(`${service.tracker.inFlight} attempts have not ended`);
  if (upstream.strays > 0) faults.push(`${upstream.strays} requests belong to no call`);
  upstream.strays = 0;
  faults.push(...judgeSeen(entries, seen));
  const byWorkspace = Map.groupBy(entries, ({ call }) => call.workspace);
  for (const workspace of workspaces) {
    const received = byWorkspace.get(workspace) ?? [];
    const rows = (await ledger.attempts(workspace, 1_000_000)).reverse();
    faults.push(...judge(received, rows, seen), ...judgeCounters(service, workspace, rows));
    add(figures, received, rows);
  }
}

function add(figures: Figures, received: readonly Entry[], rows: readonly AttemptRow[]): void {
  figures.attempts += received.length;
  figures.rows += rows.length;
  figures.never_received += rows.length - received.length;
  for (const { usage_source } of rows) figures.by_source[usage_source]++;
  for (const { fate } of received) figures.by_fate[fate.kind] = (figures.by_fate[fate.kind] ?? 0) + 1;
}

function noFigures(): Figures {
  const by_source = { counted: 0, estimated: 0, none: 0, unknown: 0 };
  return { calls: 0, attempts: 0, rows: 0, never_received: 0, by_source, by_fate: {}, fullest: 0, faults: [] };
}
