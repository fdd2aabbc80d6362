/**
 * Counts calls of many workspaces: reserve, and 64 calls later settle. Each kind and number has a process of its own, so
 * that they share neither memory nor compiled code. Arguments: kind, workspaces, calls per sample, samples. Prints
 * `{ ns, bytes, resident, timers }`: for each sample the nanoseconds of processor time per call; and per workspace the
 * bytes on the heap, the resident bytes, and the timers that were armed.
 */
import { createRequire } from "node:module";
import process from "node:process";
import timersModule from "node:timers";
import type { WorkspaceLimits } from "../../../server/core/workspace_limits.ts";
import { type Hold, isFullLimit, type Slot } from "../../../server/live/live_store.ts";
import { openMemoryLiveStore } from "../../../server/live/memory/memory_store.ts";

const UNDER_WAY = 64;
const RESERVED = 300;
const TOOK = 220;

/** At 10,000 calls a second. */
const MS_A_CALL = 0.1;
const START = Date.parse("2026-11-21T12:00:00Z");

const MOST = 900_000_000_000;
const FOUR = { requests_per_minute: MOST, requests_per_day: MOST, tokens_per_minute: MOST, tokens_per_day: MOST };
const MODEL = "gpt-5.4-mini";
/** The name that the provider answers with when {@link MODEL} was requested. */
const SNAPSHOT = `${MODEL}-2026-03-05`;

/** One way to count. What `reserve` returns is handed to `settle`. */
interface Kind<T> {
  open(id: string): void;
  reserve(id: string, now_ms: number): T | Promise<T>;
  settle(held: T, now_ms: number): unknown;
}

/**
 * Our store. A slot is found by the workspace's id, as the service finds it.
 *
 * @param answered the model that answers.
 * @param limits checked with each call.
 */
function liveStore(answered: string, limits: WorkspaceLimits): Kind<Hold> {
  const slots = new Map<string, Slot>();
  const store = openMemoryLiveStore("UTC");
  return {
    open: (id) => void slots.set(id, store.open(id)),
    reserve(id, now_ms) {
      const reservation = { model: MODEL, answered, tokens: RESERVED, now_ms, limits, enforce: true };
      const held = store.reserve(slots.get(id)!, reservation);
      if (isFullLimit(held)) throw new Error(`Cannot count: ${held.full} is full`);
      return held;
    },
    settle: (hold, now_ms) => store.settle(hold, { model: MODEL, answered, tokens: TOOK, now_ms }),
  };
}

interface Minute {
  minute: number;
  requests: number;
  tokens: number;
}

/** The simplest possible limit: one fixed minute, without a day and without separate reservations. */
function fixedMinute(): Kind<Minute> {
  const all = new Map<string, Minute>();
  return {
    open: (id) => void all.set(id, { minute: 0, requests: 0, tokens: 0 }),
    reserve(id, now_ms) {
      const counts = all.get(id)!;
      const minute = Math.floor(now_ms / 60_000);
      if (counts.minute !== minute) Object.assign(counts, { minute, requests: 0, tokens: 0 });
      if (counts.requests + 1 > MOST || counts.tokens + RESERVED > MOST) throw new Error("Cannot count: it is full");
      counts.requests++;
      counts.tokens += RESERVED;
      return counts;
    },
    settle: (counts) => void (counts.tokens += TOOK - RESERVED),
  };
}

interface Limiter {
  consume(key: string, points: number): Promise<unknown>;
  reward(key: string, points: number): Promise<unknown>;
}

interface Limiters {
  RateLimiterMemory: new (options: { keyPrefix: string; points: number; duration: number }) => Limiter;
  RateLimiterUnion: new (...limiters: Limiter[]) => Limiter;
}

/** `rate-limiter-flexible` as documented: a union takes one point of each limiter; tokens have a separate limiter. */
function flexible(): Kind<string> {
  const require = createRequire(new URL("../peers/package.json", import.meta.url));
  const { RateLimiterMemory, RateLimiterUnion } = require("rate-limiter-flexible") as Limiters;
  const limiter = (keyPrefix: string, duration: number) => new RateLimiterMemory({ keyPrefix, points: MOST, duration });
  const requests = new RateLimiterUnion(limiter("rpm", 60), limiter("rpd", 86_400));
  const tokens = limiter("tpm", 60);
  return {
    open() {},
    async reserve(id) {
      await Promise.all([requests.consume(id, 1), tokens.consume(id, RESERVED)]);
      return id;
    },
    settle: (id) => tokens.reward(id, RESERVED - TOOK),
  };
}

const KINDS: Record<string, () => Kind<unknown>> = {
  workspace: (() => liveStore(MODEL, { limits: FOUR, models: new Map() })) as () => Kind<unknown>,
  model: (() => liveStore(MODEL, { limits: FOUR, models: new Map([[MODEL, FOUR]]) })) as () => Kind<unknown>,
  snapshot: (() => liveStore(SNAPSHOT, { limits: FOUR, models: new Map([[MODEL, FOUR]]) })) as () => Kind<unknown>,
  map: fixedMinute as () => Kind<unknown>,
  flexible: flexible as () => Kind<unknown>,
};

let timers = 0;
watchTimers(globalThis);
watchTimers(timersModule);

const [kind, workspaces, calls, samples] = [Deno.args[0], ...Deno.args.slice(1).map(Number)] as [string, ...number[]];
const ids = Array.from({ length: workspaces }, (_, at) => `team-${at}`);
const { gc } = globalThis as { gc?(): void };

const before = memory();
const { open, reserve, settle } = KINDS[kind]();
ids.forEach(open);
// Each workspace counts once, to measure the memory of used workspaces, not of unused ones.
for (const id of ids) await settle(await reserve(id, START), START);
const after = memory();
const armed = timers;

let now = START;
const count = kind === "flexible" ? countAwaiting : countAtOnce;
const ns: number[] = [];
for (let round = 0; round <= samples; round++) ns.push(await sample());
console.log(JSON.stringify({
  ns: ns.slice(1),
  bytes: (after.heap - before.heap) / workspaces,
  resident: (after.resident - before.resident) / workspaces,
  timers: armed / workspaces,
}));
// The peer's timers would keep the process running.
Deno.exit();

/** Nanoseconds a call, with random workspaces. They are chosen before the measurement. */
async function sample(): Promise<number> {
  const order = Uint32Array.from({ length: calls }, () => Math.floor(Math.random() * workspaces));
  const held: unknown[] = new Array(UNDER_WAY).fill(null);
  const started = process.cpuUsage();
  await count(order, held);
  const { user, system } = process.cpuUsage(started);
  for (const last of held) if (last !== null) await settle(last, now);
  return (user + system) * 1000 / calls;
}

function countAtOnce(order: Uint32Array, held: unknown[]): void {
  for (let call = 0; call < calls; call++) {
    now += MS_A_CALL;
    const place = call % UNDER_WAY;
    if (held[place] !== null) settle(held[place], now);
    held[place] = reserve(ids[order[call]], now);
  }
}

/** The same for a store that returns promises. */
async function countAwaiting(order: Uint32Array, held: unknown[]): Promise<void> {
  for (let call = 0; call < calls; call++) {
    now += MS_A_CALL;
    const place = call % UNDER_WAY;
    if (held[place] !== null) await settle(held[place], now);
    held[place] = await reserve(ids[order[call]], now);
  }
}

/** Counts the timers that are set through a scope: the platform's global one, or the one that packages see. */
function watchTimers(scope: { setTimeout: unknown; setInterval: unknown }): void {
  for (const name of ["setTimeout", "setInterval"] as const) {
    const arm = scope[name] as (...args: unknown[]) => unknown;
    scope[name] = (...args: unknown[]) => (timers++, arm(...args));
  }
}

function memory(): { heap: number; resident: number } {
  for (let turn = 0; turn < 3; turn++) gc?.();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}
