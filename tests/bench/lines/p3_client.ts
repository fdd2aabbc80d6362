/** P3: the tracked client compared with the SDK's, with a `fetch` that answers in process. */
import OpenAI from "openai";
import { openMemoryLedger } from "../../../server/ledger/memory/memory.ts";
import { QuotaTrackedOpenAI } from "../../../server/client/sdk/openai_client.ts";
import type { Recorder } from "../../../server/attempts/recorder.ts";
import { systemClock } from "../../../server/runtime/system_clock.ts";
import { openMemoryLiveStore } from "../../../server/live/memory/memory_store.ts";
import { Tracker } from "../../../server/tracker/tracker.ts";
import type { Options } from "../harness/options.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";
import { CHUNKS, stubFetch } from "../harness/stub_fetch.ts";

const MESSAGES = [{ role: "user" as const, content: "x".repeat(300) }];
const CALL = { model: "gpt-5.4", messages: MESSAGES };

/** Calls of one client before the next one is measured. */
const CALLS = 1000;
const STREAMS = 25;

/** The positions of the bare client and of the one with goals. */
const BARE = 0;
const OURS = 2;

export const title = "Tracked client compared with the bare SDK, answers made in process";

export async function run({ rounds }: Options): Promise<Report> {
  const clients = allClients();
  const json = await takeTurns(clients.map(([, client]) => () => calls(client)), rounds * 3);
  const streams = await takeTurns(clients.map(([, client]) => () => readStreams(client)), rounds * 3);
  const rows = clients.map(([name], at) => [
    name,
    figure(median(json[at]), 1),
    figure(added(json, at), 1),
    figure((ratio(json, at, BARE) - 1) * 100, 1),
    figure(median(streams[at])),
    figure(ratio(streams, BARE, at), 2),
  ]);
  return {
    verdicts: [
      verdict("added to a JSON call", added(json, OURS), "≤ 22", 1, " µs"),
      verdict(
        `streams/s of ${CHUNKS} chunks, compared with the bare SDK`,
        ratio(streams, BARE, OURS),
        "≥ 0.96",
        2,
        " ×",
      ),
    ],
    tables: [[["", "JSON call µs", "added µs", "added %", "stream µs", "streams/s × bare"], ...rows]],
    notes: [
      `${json[BARE].length} rounds of ${figure(CALLS)} calls and of ${STREAMS} streams of each client in turn, one ` +
      "call at a time; medians of the differences and ratios in each round",
      "The caller requests the usage of a stream, so that all clients read the same chunks",
    ],
  };
}

function allClients(): [name: string, client: OpenAI][] {
  const options = { apiKey: "sk-bench", baseURL: "http://stub.invalid/v1", maxRetries: 0, fetch: stubFetch };
  const tracked = (recorder: Recorder) => new QuotaTrackedOpenAI({ ...options, workspace: "acme", recorder });
  const permit = { settle() {}, release() {} };
  return [
    ["bare `openai`", new OpenAI(options)],
    ["tracked, with an empty recorder", tracked({ reserve: () => permit })],
    ["tracked, with a tracker and a ledger in memory", tracked(newTracker())],
  ];
}

function newTracker(): Tracker {
  const max = 900_000_000_000;
  const limits = { requests_per_minute: max, requests_per_day: max, tokens_per_minute: max, tokens_per_day: max };
  const clock = systemClock();
  return new Tracker({
    clock,
    ledger: openMemoryLedger(),
    live: openMemoryLiveStore("UTC"),
    limits,
    warning_ratio: 0.9,
    mode: "enforce",
    timezone: "UTC",
  });
}

/** Each round starts with another client. Two extra rounds warm up. */
async function takeTurns(timed: (() => Promise<number>)[], rounds: number): Promise<number[][]> {
  const times: number[][] = timed.map(() => []);
  for (let round = -2; round < rounds; round++) {
    for (let turn = 0; turn < timed.length; turn++) {
      const at = (turn + round + timed.length) % timed.length;
      const time = await timed[at]();
      if (round >= 0) times[at].push(time);
    }
  }
  return times;
}

/** Microseconds for a call. */
async function calls(client: OpenAI): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < CALLS; call++) await client.chat.completions.create(CALL);
  return (performance.now() - started) * 1000 / CALLS;
}

/** Microseconds for a stream. */
async function readStreams(client: OpenAI): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < STREAMS; call++) await readStream(client);
  return (performance.now() - started) * 1000 / STREAMS;
}

async function readStream(client: OpenAI): Promise<void> {
  const asked = { ...CALL, stream: true as const, stream_options: { include_usage: true } };
  let chunks = 0;
  for await (const _ of await client.chat.completions.create(asked)) chunks++;
  if (chunks !== CHUNKS + 1) throw new Error(`Cannot compare streams: received ${chunks} of ${CHUNKS + 1} chunks`);
}

/** Additional time of a call, compared with the bare client in the same round. */
function added(times: number[][], at: number): number {
  return median(times[at].map((time, round) => time - times[BARE][round]));
}

function ratio(times: number[][], of: number, to: number): number {
  return median(times[of].map((time, round) => time / times[to][round]));
}
