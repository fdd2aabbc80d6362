import { openMemoryLedger } from "../../server/ledger/memory.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { chaos } from "./run.ts";

/** Another run: `CHAOS_SEED=7 deno task test:some tests/chaos`. */
const seed = Number(Deno.env.get("CHAOS_SEED") ?? 1);

Deno.test(`1,500 chaotic calls of seed ${seed}: our ledger is the upstream's, and what is unknown is flagged`, async () => {
  const ledger = openMemoryLedger();
  const figures = await chaos({ seed, calls: 1500, at_once: 48, batch: 1500, ledger });
  assertEquals(figures.faults.slice(0, 20), [], `CHAOS_SEED=${seed}: ${figures.faults.length} faults`);
  assert(figures.attempts > 1500 && Object.keys(figures.by_fate).length === 18, JSON.stringify(figures));
});
