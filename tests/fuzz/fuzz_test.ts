import { Fuzz } from "./fuzz.ts";
import { TARGETS } from "./targets.ts";

/** `FUZZ_SEED=7 npm test -- tests/fuzz` sends other bytes. */
const seed = Number(Deno.env.get("FUZZ_SEED") ?? 1);

/** Attacks on each target. `npm run fuzz` sends many more, and judges time as well. */
const RUNS = 40;

Deno.test(`hostile bytes of seed ${seed}: the service lives, keeps nothing, and answers the next call`, async (t) => {
  await using fuzz = await Fuzz.start();
  for (const name of Object.keys(TARGETS)) {
    await t.step(name, () => fuzz.attack(name, { seed, runs: RUNS, max_stall_ms: Infinity }));
  }
});
