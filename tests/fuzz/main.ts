/**
 * The long fuzz: sends the largest bodies, then attacks all targets in turn, with other bytes in each round, until the time is over. Arguments: minutes
 * (5 by default), `--seed=1` (or `FUZZ_SEED`). It exits with 1 at the first attack that breaks a property, and prints it.
 */
import { Fuzz } from "./fuzz.ts";
import { attackWithLargeBodies } from "./large.ts";
import { TARGETS } from "./targets.ts";

/** Attacks on each target in a round. */
const RUNS = 100;

/** The event loop may not stall for longer. */
const MAX_STALL_MS = 100;

const minutes = Number(Deno.args.find((arg) => /^[\d.]+$/.test(arg)) ?? 5);
const first = Number(Deno.args.find((arg) => arg.startsWith("--seed="))?.slice(7) ?? Deno.env.get("FUZZ_SEED") ?? 1);

const end = performance.now() + minutes * 60_000;
console.log(`Hostile bytes for ${minutes} minutes, from seed ${first}. A seed's round is repeated with FUZZ_SEED.\n`);
await attackWithLargeBodies(MAX_STALL_MS).catch(fail);
await using fuzz = await Fuzz.start();
let seed = first;
for (; performance.now() < end; seed++) {
  for (const name of Object.keys(TARGETS)) await attack(name);
  const { longest_stall_ms, peak_growth_bytes } = fuzz;
  const stall = `${longest_stall_ms.toFixed(0)} ms at most without a turn of the event loop`;
  console.log(
    `seed ${seed}: ${RUNS} attacks on each target, ${stall}, ${peak_growth_bytes >> 20} MiB more memory at most`,
  );
}

async function attack(name: string): Promise<void> {
  try {
    await fuzz.attack(name, { seed, runs: RUNS, max_stall_ms: MAX_STALL_MS });
  } catch (error) {
    console.error(`\n${name}, seed ${seed}:`);
    await fuzz[Symbol.asyncDispose]();
    fail(error);
  }
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
