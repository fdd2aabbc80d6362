/** P1: a JSON call through the gateway, tracked and durable, compared with a bare pass-through. */
import type { Options } from "../harness/options.ts";
import { countLedger, type LedgerCount } from "../harness/ledger_count.ts";
import { NO_PORTKEY, startRow } from "../harness/peers.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { describeRounds, errorsOf, over, ratio, type Rounds, takeRounds, type Target } from "../harness/rounds.ts";

const BODY = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "x".repeat(300) }] });
const BARE = 1;
const OURS = 3;
const WITH_KEYS = 4;
const PORTKEY = 5;

export const title = "JSON of 1 kB through the gateway, 64 concurrent calls";

export async function run({ rounds, seconds }: Options): Promise<Report> {
  await using row = await startRow();
  const withKeys = await row.startTeamGateway("gateway, keys on", BODY);
  await using _keys = { [Symbol.asyncDispose]: () => withKeys.program.stop() };
  const targets = [...row.baselines(BODY), row.gateway("gateway", BODY), withKeys, ...row.portkey(BODY)];
  const many = await takeRounds(targets, { connections: 64, seconds }, rounds);
  const alone = await takeRounds(targets, { connections: 1, seconds: Math.ceil(seconds / 2) }, rounds);
  await row.gatewayProgram.stop();
  const ledger = await countLedger(row.folder);
  const added = over(alone, OURS, ({ p50_us }) => p50_us) - over(alone, BARE, ({ p50_us }) => p50_us);
  return {
    verdicts: [
      verdict("requests/s, compared with bare Deno `fetch`", ratio(many, OURS, BARE), "≥ 1.1", 2, " ×"),
      verdict(
        "requests/s, compared with Portkey",
        targets[PORTKEY] ? ratio(many, OURS, PORTKEY) : NaN,
        "≥ 15",
        1,
        " ×",
      ),
      verdict("requests/s with keys on, compared with off", ratio(many, WITH_KEYS, OURS), "≥ 0.95", 2, " ×"),
      verdict("p50 of single calls, added to bare Deno `fetch`", added, "≤ 0", 0, " µs"),
      verdict("p99, compared with bare Deno `fetch`", p99Ratio(many), "≤ 1", 2, " ×"),
    ],
    tables: [rows(targets, many, alone)],
    notes: [
      describeRounds("64 concurrent calls", many),
      describeRounds("single calls", alone),
      durable(ledger, many.answered[OURS] + alone.answered[OURS]),
      ...(targets[PORTKEY] ? [] : [NO_PORTKEY]),
    ],
  };
}

function p99Ratio(many: Rounds): number {
  return over(many, OURS, ({ p99_us }) => p99_us) / over(many, BARE, ({ p99_us }) => p99_us);
}

function rows(targets: Target[], many: Rounds, alone: Rounds): string[][] {
  const head = [
    "",
    "requests/s",
    "× bare",
    "CPU µs/request",
    "p99 ms",
    "single call p50 µs",
    "single call CPU µs",
    "errors",
  ];
  return [
    head,
    ...targets.map(({ name }, at) => [
      name,
      figure(over(many, at, ({ rate }) => rate)),
      figure(ratio(many, at, BARE), 2),
      figure(over(many, at, ({ cpu_us }) => cpu_us)),
      figure(over(many, at, ({ p99_us }) => p99_us / 1000), 1),
      figure(over(alone, at, ({ p50_us }) => p50_us)),
      figure(over(alone, at, ({ cpu_us }) => cpu_us)),
      figure(errorsOf(many, at)),
    ]),
  ];
}

/** Calls that the load generator cut off at its end are counted too: they were sent. */
function durable({ attempts }: LedgerCount, answered: number): string {
  const lost = attempts < answered ? ` (**${figure(answered - attempts)} lost**)` : "";
  return `The ledger has ${figure(attempts)} attempts; the load generator received ${figure(answered)} answers${lost}`;
}
