import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { chaos } from "./run.ts";

/** Requests a minute: few enough that every workspace reaches the limit. */
const LIMIT = 20;

/** `CHAOS_SEED=7 npm test -- tests/chaos` runs another sequence. */
const seed = Number(Deno.env.get("CHAOS_SEED") ?? 1);

Deno.test(`1,500 chaos calls of seed ${seed}: our ledger equals the upstream's, and unknown usage is labelled`, async () => {
  const ledger = openMemoryLedger();
  const figures = await chaos({ seed, calls: 1500, at_once: 48, batch: 1500, ledger });
  assertEquals(figures.faults.slice(0, 20), [], `CHAOS_SEED=${seed}: ${figures.faults.length} faults`);
  assert(figures.attempts > 1500 && Object.keys(figures.by_fate).length === 18, JSON.stringify(figures));
});

Deno.test(`1,500 chaos calls of seed ${seed} with a limit: no workspace exceeds it, and refused calls are not sent`, async () => {
  const ledger = openMemoryLedger();
  const figures = await chaos({ seed, calls: 1500, at_once: 48, batch: 1500, ledger, enforced_limit: LIMIT });
  assertEquals(figures.faults.slice(0, 20), [], `CHAOS_SEED=${seed}: ${figures.faults.length} faults`);
  assert(figures.attempts < 1500 && figures.fullest === LIMIT, JSON.stringify(figures));
});
