import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { openMemoryLedger } from "./memory.ts";

Deno.test("the memory ledger drops the oldest rows above 100,000 and keeps their sums", async () => {
  const ledger = openMemoryLedger();
  const template = attempt();
  for (let i = 0; i < 100_001; i++) await ledger.append({ kind: "attempt", row: { ...template, id: `attempt-${i}` } });
  const rows = await ledger.attempts("acme", 200_000);
  assertEquals([rows.length, rows.at(-1)?.id], [100_000, "attempt-1"]);
  assertEquals((await ledger.usage("acme", 0, Number.MAX_SAFE_INTEGER))[0].attempts, 100_001);
});
