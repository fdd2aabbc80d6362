/** P16: how many calls of an hour of real traffic are refused under a limit of tokens a minute, and by how much it is passed. */
import process from "node:process";
import { estimateTokens } from "../../../server/attempts/tokens/token_estimate.ts";
import declaration from "../../support/declaration.json" with { type: "json" };
import type { Options } from "../harness/options.ts";
import { figure, type Report, type Verdict, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";
import {
  CAP,
  chargingAfter,
  knowing,
  RollingMinute,
  type TokenRule,
  tokensOf,
  tracker,
  worstCase,
} from "../harness/token_rules.ts";
import { type Call, hourOfTraffic, type Traffic } from "../harness/traffic.ts";

/** Limits, as shares of the busiest minute. */
const SHARES = [0.5, 0.8, 1];

const RULES: [string, (limit: number) => TokenRule][] = [
  ["knows every answer", knowing],
  ["this service, no cap named", (limit) => tracker(limit, null)],
  [`this service, a cap of ${figure(CAP)} named`, (limit) => tracker(limit, CAP)],
  [`reserves the worst case, ${figure(CAP)}`, worstCase],
  ["charges after the answer", chargingAfter],
];

const KNOWS = 0;
const OURS = [1, 2];

interface Outcome {
  calls: number;
  refused: number;
  /** The tokens of the fullest rolling minute, as a share of the limit. */
  worst: number;
}

export const title = "Calls of an hour of real traffic that are refused under a limit of tokens a minute";

export async function run(_: Options): Promise<Report> {
  const hours = await hourOfTraffic();
  const outcomes = hours.map((hour) => RULES.map(([, rule]) => SHARES.map((share) => outcome(hour, share, rule))));
  return {
    verdicts: [
      ...hours.flatMap((hour, at) => SHARES.flatMap((share, limit) => verdicts(hour, share, outcomes[at], limit))),
      verdict("processor time to estimate an input of 1,000 characters", estimate_us(), "≤ 5", 1, " µs"),
    ],
    tables: hours.map((hour, at) => [
      [hour.name, ...SHARES.map((share) => `limit ${share} ×`)],
      ...RULES.map(([name], rule) => [name, ...outcomes[at][rule].map(described)]),
    ]),
    notes: [
      "Refused calls, and the tokens of the fullest rolling minute as a share of the limit. The limit is a share of the " +
      "busiest minute of the trace",
      `${
        hours.map(({ name, calls }) => `${name}: ${figure(calls.length)} calls`).join("; ")
      }. An answer takes 500 ms and 20 ms a token`,
      "Traces: Azure's of 2023, from the folder in `BENCH_TRACES`; made up with a seed where they are not present",
    ],
  };
}

function verdicts({ name }: Traffic, share: number, outcomes: Outcome[][], limit: number): Verdict[] {
  const of = (rule: number) => outcomes[rule][limit];
  const knows = of(KNOWS);
  const refused = Math.max(...OURS.map((rule) => of(rule).refused));
  const worst = Math.max(...OURS.map((rule) => of(rule).worst));
  const where = `${name}, ${share} ×`;
  const more = knows.refused > 0
    ? verdict(`${where}: refused, compared with knowing every answer`, refused / knows.refused, "≤ 1.08", 2, " ×")
    : verdict(`${where}: refused, where knowing refuses none`, 100 * refused / knows.calls, "≤ 0.05", 2, " %");
  return [more, verdict(`${where}: fullest minute`, worst, "≤ 1.01", 3, " ×")];
}

/** Microseconds for 1,000 characters of prose in many languages. */
function estimate_us(): number {
  const texts = Object.values(declaration).map((text) => JSON.stringify(text.repeat(2).slice(0, 1000)));
  const rounds = Array.from({ length: 50 }, () => {
    const started = process.cpuUsage();
    for (let time = 0; time < 20; time++) for (const text of texts) estimateTokens(text, null, true);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 20 / texts.length;
  });
  return median(rounds);
}

function described({ calls, refused, worst }: Outcome): string {
  return `${figure(100 * refused / calls, 2)} %, ${figure(worst, 3)} ×`;
}

function outcome({ calls }: Traffic, share: number, rule: (limit: number) => TokenRule): Outcome {
  const limit = Math.floor(share * fullestMinute(calls));
  const passed = replay(calls, rule(limit));
  return { calls: calls.length, refused: calls.length - passed.length, worst: fullestMinute(passed) / limit };
}

/** @returns the calls that passed. */
function replay(calls: readonly Call[], rule: TokenRule): Call[] {
  const passed = new Set<Call>();
  const ends = calls.toSorted((a, b) => a.end_ms - b.end_ms);
  let next = 0;
  for (const call of calls) {
    for (; ends[next].end_ms <= call.at_ms; next++) if (passed.has(ends[next])) rule.ends(ends[next]);
    if (rule.passes(call)) passed.add(call);
  }
  return [...passed];
}

function fullestMinute(calls: readonly Call[]): number {
  const minute = new RollingMinute();
  return calls.reduce((fullest, call) => {
    minute.add(call.at_ms, tokensOf(call));
    return Math.max(fullest, minute.sum);
  }, 0);
}
