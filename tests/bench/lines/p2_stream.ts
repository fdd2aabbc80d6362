/** P2: a stream of 200 chunks through the gateway, with exact usage, against a pass-through that looks at nothing. */
import type { Options } from "../harness/options.ts";
import { NO_PORTKEY, type Row, startRow } from "../harness/peers.ts";
import { figure, type Report, type Verdict, verdict } from "../harness/report.ts";
import { describeRounds, errorsOf, over, ratio, type Rounds, takeRounds, type Target } from "../harness/rounds.ts";
import { type Delay, delays, digest } from "../harness/stream_checks.ts";

const CHUNKS = 200;
const TOKENS = 10 + CHUNKS;
const CALL = { model: "gpt-5.4", messages: [{ role: "user", content: "x".repeat(300) }], stream: true };
/** The caller asks for usage himself, so that everyone carries the same bytes. */
const ASKED = JSON.stringify({ ...CALL, stream_options: { include_usage: true } });
/** He does not: the gateway asks, and hides the answer from him. */
const UNASKED = JSON.stringify(CALL);

const BARE = 1;
const OURS = 3;
const HIDING = 4;

export const title = "SSE of 200 chunks through the gateway, 16 at once, exact usage";

export async function run({ rounds, seconds }: Options): Promise<Report> {
  await using row = await startRow();
  const ours = [row.gateway("gateway", ASKED), row.gateway("gateway, hiding usage", UNASKED)];
  const targets = [...row.floors(ASKED), ...ours, ...row.portkey(ASKED)];
  const taken = await takeRounds(targets, { connections: 16, seconds }, rounds);
  const cpu = Math.max(...[OURS, HIDING].map((at) => over(taken, at, ({ cpu_us }) => cpu_us / CHUNKS)));
  const waits: Delay[] = [];
  for (const { url, body, headers } of targets) {
    waits.push(await delays(url, body.replace("xxxxx", "paced"), headers));
  }
  return {
    verdicts: [
      verdict("streams/s against bare Deno `fetch`", ratio(taken, OURS, BARE), "≥ 1", 2, " ×"),
      verdict("the same, hiding usage", ratio(taken, HIDING, BARE), "≥ 1", 2, " ×"),
      verdict("streams/s against Portkey", targets[5] ? ratio(taken, OURS, 5) : NaN, "≥ 5.5", 1, " ×"),
      verdict("CPU a chunk, the dearer of both", cpu, "≤ 50", 0, " µs"),
      await sameBytes(targets),
      heldBack(waits),
      await exactUsage(row),
    ],
    tables: [rows(targets, taken, waits)],
    notes: [
      describeRounds("16 at once", taken),
      "Chunk under way: one stream at a time, a chunk each 5 ms, from its writing by the upstream to its reading",
      ...(targets[5] ? [] : [NO_PORTKEY]),
    ],
  };
}

async function sameBytes([direct, , , ours, hiding]: Target[]): Promise<Verdict> {
  const asked = await digest(direct.url, ASKED) === await digest(ours.url, ASKED);
  const unasked = await digest(direct.url, UNASKED) === await digest(hiding.url, UNASKED);
  const seen = asked && unasked ? "identical, usage asked for or not" : `asked: ${asked}, not asked: ${unasked}`;
  return { what: "bytes against `direct`", goal: "identical", seen, met: asked && unasked };
}

/** Nothing waits for the next chunk, which comes 5 ms later. */
function heldBack(waits: Delay[]): Verdict {
  const most = Math.max(waits[OURS].p50_ms, waits[HIDING].p50_ms);
  return { what: "a chunk held back", goal: "never", seen: `p50 under way ${figure(most, 2)} ms`, met: most < 2.5 };
}

async function exactUsage({ gatewayProgram }: Row): Promise<Verdict> {
  const calls = 32;
  const url = `${gatewayProgram.url}/w/exact/v1/chat/completions`;
  await Promise.all(Array.from({ length: calls }, (_, call) => digest(url, call % 2 ? ASKED : UNASKED)));
  const status = await (await fetch(`${gatewayProgram.url}/api/quota/status?workspace_id=exact`)).json();
  const { total_tokens, estimated_calls } = status.usage;
  return {
    what: `tokens of ${calls} streams`,
    goal: figure(calls * TOKENS),
    seen: `${figure(total_tokens)}, ${estimated_calls} estimated`,
    met: total_tokens === calls * TOKENS && estimated_calls === 0,
  };
}

function rows(targets: Target[], taken: Rounds, waits: Delay[]): string[][] {
  const head = ["", "streams/s", "× bare", "CPU µs/chunk", "p99 ms", "chunk under way p50 ms", "p99 ms", "errors"];
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
