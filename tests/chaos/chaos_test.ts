import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { chaos } from "./run.ts";

/** Requests a minute: few enough that every workspace meets it. */
const LIMIT = 20;

/** Another run: `CHAOS_SEED=7 deno task test:some tests/chaos`. */
const seed = Number(Deno.env.get("CHAOS_SEED") ?? 1);

Deno.test(`1,500 chaotic calls of seed ${seed}: our ledger is the upstream's, and what is unknown is flagged`, async () => {
  const ledger = openMemoryLedger();
  const figures = await chaos({ seed, calls: 1500, at_once: 48, batch: 1500, ledger });
  assertEquals(figures.faults.slice(0, 20), [], `CHAOS_SEED=${seed}: ${figures.faults.length} faults`);
  assert(figures.attempts > 1500 && Object.keys(figures.by_fate).length === 18, JSON.stringify(figures));
});

Deno.test(`1,500 chaotic calls of seed ${seed} against a limit: no workspace passes it, and what is refused was not sent`, async () => {
  const ledger = openMemoryLedger();
  const figures = await chaos({ seed, calls: 1500, at_once: 48, batch: 1500, ledger, enforced_limit: LIMIT });
  assertEquals(figures.faults.slice(0, 20), [], `CHAOS_SEED=${seed}: ${figures.faults.length} faults`);
  assert(figures.attempts < 1500 && figures.fullest === LIMIT, JSON.stringify(figures));
});
