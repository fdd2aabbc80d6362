/**
 * Reserves and settles calls of one workspace in a tracker, 64 in flight. Arguments: `off` or `on`, calls per sample,
 * samples. With `on`, calls have prices and are covered by budgets of the workspace, an app, a model and a run. Prints
 * for each sample the nanoseconds of processor time per call.
 */
import process from "node:process";
import type { AttemptPlan, AttemptResult } from "../../../server/attempts/recorder.ts";
import { isRefusal, type Permit } from "../../../server/attempts/recorder.ts";
import { NO_LIMITS } from "../../../server/core/workspace_limits.ts";
import type { Ledger } from "../../../server/ledger/ledger.ts";
import { openMemoryLedger } from "../../../server/ledger/memory/memory.ts";
import { openMemoryLiveStore } from "../../../server/live/memory/memory_store.ts";
import { PriceBook } from "../../../server/prices/price_book.ts";
import { Tracker } from "../../../server/tracker/tracker.ts";

const IN_FLIGHT = 64;
const [kind, calls, samples] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2])];
const hasBudgets = kind === "on";

let now_ms = Date.parse("2026-11-21T12:00:00Z");
const clock = { now: () => now_ms, every: () => () => {}, after: () => () => {} };
const written: Ledger["write"] = () => {};

const tracker = new Tracker({
  clock,
  ledger: Object.assign(openMemoryLedger(), { write: written }),
  live: openMemoryLiveStore("UTC"),
  limits: { ...NO_LIMITS, requests_per_minute: 900_000_000 },
  warning_ratio: 0.9,
  mode: "enforce",
  timezone: "UTC",
  pricing: hasBudgets ? { value: new PriceBook({ now: () => now_ms }) } : undefined,
});

const budgets = { day: "900000000", week: "900000000", month: "900000000" };
const part = { budgets };
if (hasBudgets) {
  const rules = { budgets, apps: { bot: part }, models: { "gpt-5.4": part }, runs: { "*": part } };
  tracker.setLimits({ workspaces: { acme: rules } });
}

const plan: AttemptPlan = {
  ...{ id: "", call_id: "", retry: 0, workspace_id: "acme", endpoint: "responses", model: "gpt-5.4", app: "bot" },
  ...{ run: "nightly", stream: false, tokens: 300, input_tokens: 100, output_cap: 200 },
};
const usage = { input_tokens: 100, cached_input_tokens: 0, output_tokens: 120, reasoning_tokens: 0, total_tokens: 220 };
const result: AttemptResult = {
  ...{ outcome: "ok", http_status: 200, error_code: null, error_message: null, model: "gpt-5.4-2026-03-05" },
  ...{ service_tier: "default", usage, usage_source: "counted", latency_ms: 900, first_byte_ms: 90, limit_headers: {} },
};

let count = 0;

function sample(): number {
  const open: Permit[] = new Array(IN_FLIGHT);
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) {
    open[call % IN_FLIGHT]?.settle(result);
    const id = `${count++}`;
    const decision = tracker.reserve({ ...plan, id, call_id: id });
    if (isRefusal(decision)) throw new Error(decision.message);
    open[call % IN_FLIGHT] = decision;
    if (call % 10 === 0) now_ms++;
  }
  const { user, system } = process.cpuUsage(before);
  for (const permit of open) permit.settle(result);
  return (user + system) * 1000 / calls;
}

sample();
console.log(JSON.stringify(Array.from({ length: samples }, sample)));
