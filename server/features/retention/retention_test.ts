import { run, until } from "../../../tests/api/running.ts";
import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import { WARM_UP_MS } from "../../lazy_parts.ts";
import { checkLedger } from "../../ledger/sqlite/care.ts";
import { openSqliteLedger } from "../../ledger/sqlite/sqlite.ts";
import { FIRST_RUN_MS, INTERVAL_MS, PAUSE_MS, Retention } from "./retention.ts";

const DAY = 86_400_000;

/** A retention of 400 days on a ledger that deletes the given batches, then nothing. An error fails its batch. */
function setUp(batches: (number | Error)[]) {
  const clock = new ManualClock();
  const [asked, log]: [number[], string[]] = [[], []];
  const prune = (before_ms: number) => {
    asked.push(before_ms);
    const batch = batches.shift() ?? 0;
    return batch instanceof Error ? Promise.reject(batch) : Promise.resolve(batch);
  };
  const retention = new Retention({
    ledger: { prune },
    clock,
    days: 400,
    neededFrom: () => Infinity,
    log: (event) => log.push(event),
  });
  const advance = async (ms: number) => {
    clock.advance(ms);
    // The promises of a batch.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, asked, log, retention, advance };
}

Deno.test("the first run is a minute after the start; a pause follows each batch; the next run is an hour later", async () => {
  const { clock, asked, log, retention, advance } = setUp([500, 20]);
  const start = clock.now();
  await advance(FIRST_RUN_MS - 1);
  assertEquals(asked, []);
  await advance(1);
  assertEquals(asked, [start + FIRST_RUN_MS - 400 * DAY]);
  await advance(PAUSE_MS - 1);
  assertEquals(asked.length, 1);
  await advance(1);
  await advance(PAUSE_MS);
  assertEquals([asked.length, log], [3, ["attempts_deleted"]]);
  await advance(INTERVAL_MS);
  assertEquals([asked.length, log.length], [4, 1]);
  retention.stop();
});

Deno.test("a run that takes more than an hour is not joined by a second one", async () => {
  const { asked, retention, advance } = setUp([1, 1, 1]);
  await advance(2 * INTERVAL_MS);
  assertEquals(asked.length, 1);
  retention.stop();
});

Deno.test("a batch that fails is logged, and the next run goes on", async () => {
  const { log, retention, advance } = setUp([500, new Error("database is locked"), 7]);
  await advance(FIRST_RUN_MS);
  await advance(PAUSE_MS);
  assertEquals(log, ["retention_failed", "attempts_deleted"]);
  await advance(INTERVAL_MS);
  await advance(PAUSE_MS);
  assertEquals(log, ["retention_failed", "attempts_deleted", "attempts_deleted"]);
  retention.stop();
});

Deno.test("a stop ends the run after its present batch", async () => {
  const { asked, retention, advance } = setUp([500, 500]);
  await advance(FIRST_RUN_MS);
  retention.stop();
  await advance(INTERVAL_MS);
  assertEquals(asked.length, 1);
});

Deno.test("in the service: attempts older than QUOTA_RETENTION_DAYS are deleted; usage, the rest and the check are right", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const ledger = await openSqliteLedger(path);
    const log: string[] = [];
    const settings = { QUOTA_RETENTION_DAYS: "4" };
    {
      await using running = await run(settings, { ledger, log: (event) => void log.push(event) });
      const { clock, host } = running;
      for (let day = 9; day >= 0; day--) {
        await ledger.append({ kind: "attempt", row: attempt({ started_at_ms: clock.now() - day * DAY }) });
      }
      clock.advance(WARM_UP_MS);
      await (await fetch(`http://${host}/livez`)).text();
      clock.advance(FIRST_RUN_MS);
      await until(() => {
        clock.advance(PAUSE_MS);
        return log.includes("attempts_deleted");
      }, "the run");
      assertEquals((await ledger.attempts("acme", 20)).length, 5);
      assertEquals((await ledger.usage("acme", 0, clock.now() + DAY))[0].attempts, 10);
    }
    assertEquals(checkLedger(path), { attempts: 5, faults: [] });
  }));
