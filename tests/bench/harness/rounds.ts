/** Rounds of load: each measures every target in turn, so that a disturbance of the machine affects a whole round. */
import { type Load, type LoadResult, putLoad } from "./load.ts";
import type { Program } from "./program.ts";
import { median } from "./stats.ts";

/** One of the programs that get the same load. */
export interface Target {
  name: string;
  /** The program; `null` when its processor time cannot be read. */
  program: Program | null;
  url: string;
  body: string;
  headers?: Record<string, string>;
}

export interface Sample extends LoadResult {
  /** Requests a second. */
  rate: number;
  /** Processor time of the program for a request. */
  cpu_us: number;
}

/** A sample of each target, in the order of the targets. */
export type Round = Sample[];

export type LoadShape = Pick<Load, "connections" | "seconds">;

/** A round is dropped when its first target, `direct`, differs from its median by more than this share. */
const MAX_DEVIATION = 0.2;

export interface Rounds {
  kept: Round[];
  dropped: number;
  /** Answered requests of each target, with warm-up and dropped rounds. */
  answered: number[];
}

/** Warms every target up, then measures. The first target must be the upstream alone. */
export async function takeRounds(targets: readonly Target[], shape: LoadShape, rounds: number): Promise<Rounds> {
  const warm = await takeRound(targets, { ...shape, seconds: Math.min(2, shape.seconds) }, 0);
  const taken: Round[] = [];
  for (let round = 0; round < rounds; round++) taken.push(await takeRound(targets, shape, round));
  const typical = median(taken.map(([direct]) => direct.rate));
  const kept = taken.filter(([direct]) => Math.abs(direct.rate / typical - 1) <= MAX_DEVIATION);
  const answered = targets.map((_, at) => [warm, ...taken].reduce((sum, round) => sum + round[at].requests, 0));
  return { kept, dropped: rounds - kept.length, answered };
}

/** Each round starts with another target. */
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

/** The median over the rounds of a value in a target's samples. */
export function over(rounds: Rounds, target: number, of: (sample: Sample) => number): number {
  return median(rounds.kept.map((round) => of(round[target])));
}

/** How many times faster `target` is than `base`: the median of the ratios in each round. */
export function ratio(rounds: Rounds, target: number, base: number): number {
  return median(rounds.kept.map((round) => round[target].rate / round[base].rate));
}

/** Unsuccessful answers of a target, over all rounds. */
export function errorsOf(rounds: Rounds, target: number): number {
  return rounds.kept.reduce((sum, round) => sum + round[target].errors, 0);
}

/** One sentence for the notes under a table. */
export function describeRounds(what: string, { kept, dropped }: Rounds): string {
  const left = dropped ? `, ${dropped} more dropped because \`direct\` was disturbed` : "";
  return `${what}: ${kept.length} rounds${left}; medians of the ratios in each round`;
}
