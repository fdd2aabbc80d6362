/** P2: a stream of 200 chunks through the gateway, with exact usage, compared with a bare pass-through. */
import type { Options } from "../harness/options.ts";
import { NO_PORTKEY, type Row, startRow } from "../harness/peers.ts";
import { figure, type Report, type Verdict, verdict } from "../harness/report.ts";
import { describeRounds, errorsOf, over, ratio, type Rounds, takeRounds, type Target } from "../harness/rounds.ts";
import { type Delay, delays, digest } from "../harness/stream_checks.ts";

const CHUNKS = 200;
const TOKENS = 10 + CHUNKS;
const CALL = { model: "gpt-5.4", messages: [{ role: "user", content: "x".repeat(300) }], stream: true };
/** The caller requests usage, so that every program carries the same bytes. */
const WITH_USAGE = JSON.stringify({ ...CALL, stream_options: { include_usage: true } });
/** The caller does not request usage: the gateway does, and removes the extra chunk. */
const WITHOUT_USAGE = JSON.stringify(CALL);

const BARE = 1;
const OURS = 3;
const HIDING = 4;

export const title = "SSE of 200 chunks through the gateway, 16 concurrent streams, exact usage";

export async function run({ rounds, seconds }: Options): Promise<Report> {
  await using row = await startRow();
  const ours = [row.gateway("gateway", WITH_USAGE), row.gateway("gateway, removing usage", WITHOUT_USAGE)];
  const targets = [...row.baselines(WITH_USAGE), ...ours, ...row.portkey(WITH_USAGE)];
  const taken = await takeRounds(targets, { connections: 16, seconds }, rounds);
  const cpu = Math.max(...[OURS, HIDING].map((at) => over(taken, at, ({ cpu_us }) => cpu_us / CHUNKS)));
  const waits: Delay[] = [];
  for (const { url, body, headers } of targets) {
    waits.push(await delays(url, body.replace("xxxxx", "paced"), headers));
  }
  return {
    verdicts: [
      verdict("streams/s, compared with bare Deno `fetch`", ratio(taken, OURS, BARE), "≥ 1.2", 2, " ×"),
      verdict("the same, removing usage", ratio(taken, HIDING, BARE), "≥ 1.1", 2, " ×"),
      verdict("streams/s, compared with Portkey", targets[5] ? ratio(taken, OURS, 5) : NaN, "≥ 4.5", 1, " ×"),
      verdict("CPU for a chunk, the larger of both", cpu, "≤ 7", 1, " µs"),
      await sameBytes(targets),
      chunkDelay(waits),
      await exactUsage(row),
    ],
    tables: [rows(targets, taken, waits)],
    notes: [
      describeRounds("16 concurrent streams", taken),
      "Chunk delay: one stream at a time, a chunk every 5 ms, from the write at the upstream to the read by the caller",
      ...(targets[5] ? [] : [NO_PORTKEY]),
    ],
  };
}

async function sameBytes([direct, , , ours, hiding]: Target[]): Promise<Verdict> {
  const asked = await digest(direct.url, WITH_USAGE) === await digest(ours.url, WITH_USAGE);
  const unasked = await digest(direct.url, WITHOUT_USAGE) === await digest(hiding.url, WITHOUT_USAGE);
  const result = asked && unasked ? "identical" : `with usage: ${asked}, without: ${unasked}`;
  return { measure: "bytes, compared with `direct`", goal: "identical", result, met: asked && unasked };
}

/** The next chunk comes 5 ms later: a shorter delay shows that no chunk waits for it. */
function chunkDelay(waits: Delay[]): Verdict {
  const longest = Math.max(waits[OURS].p50_ms, waits[HIDING].p50_ms);
  return { measure: "p50 delay of a chunk", goal: "< 2.5 ms", result: `${figure(longest, 2)} ms`, met: longest < 2.5 };
}

async function exactUsage({ gatewayProgram }: Row): Promise<Verdict> {
  const calls = 32;
  const url = `${gatewayProgram.url}/w/exact/v1/chat/completions`;
  await Promise.all(Array.from({ length: calls }, (_, call) => digest(url, call % 2 ? WITH_USAGE : WITHOUT_USAGE)));
  const status = await (await fetch(`${gatewayProgram.url}/api/quota/status?workspace_id=exact`)).json();
  const { total_tokens, estimated_calls } = status.usage;
  return {
    measure: `tokens of ${calls} streams`,
    goal: figure(calls * TOKENS),
    result: `${figure(total_tokens)}, ${estimated_calls} estimated`,
    met: total_tokens === calls * TOKENS && estimated_calls === 0,
  };
}

function rows(targets: Target[], taken: Rounds, waits: Delay[]): string[][] {
  const head = [
    "",
    "streams/s",
    "× bare",
    "CPU µs/chunk",
    "p99 ms",
    "chunk delay p50 ms",
    "chunk delay p99 ms",
    "errors",
  ];
  return [
    head,
    ...targets.map(({ name }, at) => [
      name,
      figure(over(taken, at, ({ rate }) => rate)),
      figure(ratio(taken, at, BARE), 2),
      figure(over(taken, at, ({ cpu_us }) => cpu_us / CHUNKS), 1),
      figure(over(taken, at, ({ p99_us }) => p99_us / 1000), 1),
      figure(waits[at].p50_ms, 2),
      figure(waits[at].p99_ms, 2),
      figure(errorsOf(taken, at)),
    ]),
  ];
}
