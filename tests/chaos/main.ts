/**
 * The large chaos run, with the ledger on disk. Options: `--calls=100000`, `--seed=1` (or `CHAOS_SEED`). It exits with 1
 * when a number is wrong, a rejection was not handled, or memory grew.
 */
import { openLedger } from "../../server/ledger/open.ts";
import { withTempFolder } from "../support/temp.ts";
import { chaos, type Figures } from "./run.ts";

const AT_ONCE = 64;
const BATCH = 2500;

/** Batches after which memory use is stable. */
const WARM = 4;

/** Allowed growth after that: the service keeps its workspaces, and each batch adds eight. */
const MAX_GROWTH_BYTES = 32 << 20;

const MAX_FAULTS_SHOWN = 40;

const calls = Number(option("calls") ?? 100_000);
const seed = Number(option("seed") ?? Deno.env.get("CHAOS_SEED") ?? 1);

const rejections: string[] = [];
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  rejections.push(String(event.reason));
});

const heap: number[] = [];
const start = performance.now();
console.log(`${calls} chaos calls of seed ${seed}, ${AT_ONCE} concurrently.\n`);
const figures = await withTempFolder(async (folder) => {
  const ledger = await openLedger(`sqlite:${folder}/quota.db`);
  return await chaos({ seed, calls, at_once: AT_ONCE, batch: BATCH, ledger, onBatch });
});
const growth = heap.length > WARM ? heap[heap.length - 1] - heap[WARM - 1] : 0;
print(figures);
if (figures.faults.length > 0 || rejections.length > 0 || growth > MAX_GROWTH_BYTES) Deno.exit(1);

function option(name: string): string | undefined {
  return Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.split("=")[1];
}

function onBatch({ calls, faults }: Figures): void {
  // Defined with `--v8-flags=--expose-gc`.
  (globalThis as { gc?: () => void }).gc?.();
  heap.push(Deno.memoryUsage().heapUsed);
  const seconds = Math.round((performance.now() - start) / 1000);
  if (heap.length % 8 === 0) console.log(`${calls} calls in ${seconds} s, ${faults.length} mismatches`);
}

function print({ calls, attempts, rows, never_received, by_source, by_fate, faults }: Figures): void {
  const seconds = (performance.now() - start) / 1000;
  const share = (count: number) => `${count} (${(100 * count / rows).toFixed(1)} %)`;
  const megabytes = (bytes: number) => `${(bytes / (1 << 20)).toFixed(1)} MB`;
  const lines: [string, string | number][] = [
    ["calls", calls],
    ["attempts that the upstream received", attempts],
    ["attempts in our ledger", rows],
    ["of these never received, because the caller left; usage unknown", never_received],
    ["mismatches", faults.length],
    ["unhandled rejections", rejections.length],
    ["usage counted exactly", share(by_source.counted)],
    ["no usage: refusals, errors, polls", share(by_source.none)],
    ["usage estimated, and labelled so", share(by_source.estimated)],
    ["usage unknown, and labelled so", share(by_source.unknown)],
    ["duration", `${seconds.toFixed(0)} s (${Math.round(calls / seconds)} calls/s)`],
    [
      `heap after ${WARM} batches, and at the end`,
      `${megabytes(heap[Math.min(WARM, heap.length) - 1])}, ${megabytes(heap[heap.length - 1])}`,
    ],
    ["resident memory at the end", megabytes(Deno.memoryUsage().rss)],
    [
      "fates",
      Object.entries(by_fate).sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`).join(", "),
    ],
  ];
  console.log("\n| measure | value |\n| --- | --- |");
  for (const [name, value] of lines) console.log(`| ${name} | ${value} |`);
  for (const fault of [...faults, ...rejections].slice(0, MAX_FAULTS_SHOWN)) console.log(`- ${fault}`);
}
