/** Rounds of load: each takes every target in turn, so that what disturbs the machine disturbs a round as a whole. */
import { type Load, type LoadResult, putLoad } from "./load.ts";
import type { Program } from "./program.ts";
import { median } from "./stats.ts";

/** One program under the same load as the others. */
export interface Target {
  name: string;
  /** The program itself; `null` when another process has to be measured from outside. */
  program: Program | null;
  url: string;
  body: string;
  headers?: Record<string, string>;
}

export interface Sample extends LoadResult {
  /** Requests a second. */
  rate: number;
  /** The program's own processor time a request. */
  cpu_us: number;
}

/** A sample of each target, in the targets' order. */
export type Round = Sample[];

export type LoadShape = Pick<Load, "connections" | "seconds">;

/** A round in which the first target, which is `direct`, strays further than this from its median is dropped. */
const STRAYS = 0.2;

export interface Rounds {
  kept: Round[];
  dropped: number;
  /** Requests of each target that were answered, warm-up and dropped rounds included. */
  answered: number[];
}

/** Every target is warmed up once before the first round. The first target has to be the upstream itself. */
export async function takeRounds(targets: readonly Target[], shape: LoadShape, rounds: number): Promise<Rounds> {
  const warm = await takeRound(targets, { ...shape, seconds: Math.min(2, shape.seconds) }, 0);
  const taken: Round[] = [];
  for (let round = 0; round < rounds; round++) taken.push(await takeRound(targets, shape, round));
  const usual = median(taken.map(([direct]) => direct.rate));
  const kept = taken.filter(([direct]) => Math.abs(direct.rate / usual - 1) <= STRAYS);
  const answered = targets.map((_, at) => [warm, ...taken].reduce((sum, round) => sum + round[at].requests, 0));
  return { kept, dropped: rounds - kept.length, answered };
}

/** Each round begins with another target. */
async function takeRound(targets: readonly Target[], shape: LoadShape, round: number): Promise<Round> {
  const samples: Round = [];
  for (let turn = 0; turn < targets.length; turn++) {
    const at = (turn + round) % targets.length;
    samples[at] = await sample(targets[at], shape);
  }
  return samples;
}

async function sample({ program, url, body, headers }: Target, shape: LoadShape): Promise<Sample> {
  const before = program?.cpu() ?? NaN;
  const result = await putLoad({ url, body, headers, ...shape });
  const cpu = (program?.cpu() ?? NaN) - before;
  return { ...result, rate: result.requests / result.seconds, cpu_us: (cpu * 1e6) / result.requests };
}

/** The median over the rounds of what `of` reads from a target's sample. */
export function over(rounds: Rounds, target: number, of: (sample: Sample) => number): number {
  return median(rounds.kept.map((round) => of(round[target])));
}

/** The median of ratios inside a round: how many times faster `target` is than `base`. */
export function ratio(rounds: Rounds, target: number, base: number): number {
  return median(rounds.kept.map((round) => round[target].rate / round[base].rate));
}

/** Answers of a target that were no success, over all rounds. */
export function errorsOf(rounds: Rounds, target: number): number {
  return rounds.kept.reduce((sum, round) => sum + round[target].errors, 0);
}

/** In one sentence, for the notes under a table. */
export function describeRounds(what: string, { kept, dropped }: Rounds): string {
  const left = dropped ? `, ${dropped} more dropped because \`direct\` itself was disturbed` : "";
  return `${what}: ${kept.length} rounds${left}; ratios inside a round, then the median`;
}
