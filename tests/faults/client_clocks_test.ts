import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { isRefusal } from "../../server/attempts/recorder.ts";
import { api, type Bench, bench, ok, plan } from "../api/fixture.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { ManualClock } from "../support/clock.ts";

const MINUTE = 60_000;

/** A program in another process whose clock is `ahead_ms` ahead of the service's, and whose connection can be cut. */
function program(of: Bench, ahead_ms: number) {
  const app = api(of);
  const line = { cut: false, batches: [] as { sent_at: string }[] };
  const recorder = new HttpRecorder({
    service_url: "http://127.0.0.1:8787",
    now: () => of.clock.now() + ahead_ms,
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
    fetch: async (url, init) => {
      if (String(url).endsWith("/attempts")) line.batches.push(JSON.parse(`${init?.body}`));
      if (line.cut) throw new TypeError("connection refused");
      return await app.request(String(url), init);
    },
  });
  return { recorder, line };
}

type Program = ReturnType<typeof program>;

/** Sends an attempt while the service is unreachable, so that it has no lease. */
async function unleased({ recorder, line }: Program): Promise<() => void> {
  line.cut = true;
  const permit = await recorder.reserve(plan());
  assert(!isRefusal(permit));
  line.cut = false;
  return () => permit.settle(ok(100));
}

function used({ tracker }: Bench): number[] {
  const { requests_per_minute: minute, requests_per_day: day, tokens_per_minute: tokens } =
    tracker.status("acme").stats;
  return [minute!.current, day!.current, tokens!.current];
}

const twoPrograms = (of: Bench) => [program(of, -5 * MINUTE), program(of, 5 * MINUTE)];

Deno.test("FAULT 16: attempts of programs whose clocks are five minutes off count by the service's clock", async () => {
  const of = bench();
  const programs = twoPrograms(of);
  const sent_ms = of.clock.now();
  const ends = await Promise.all(programs.map(unleased));
  of.clock.advance(20_000);
  for (const end of ends) end();
  await Promise.all(programs.map(({ recorder }) => recorder.flush()));
  const rows = await of.ledger.attempts("acme", 9);
  assertEquals(rows.map((row) => row.started_at_ms), [sent_ms, sent_ms]);
  assertEquals(used(of), [2, 2, 200]);
  // Both leave the minute together with the attempts that were sent at that time.
  of.clock.advance(39_999);
  assertEquals(used(of), [2, 2, 200]);
  of.clock.advance(1001);
  assertEquals(used(of), [0, 2, 0]);
});

Deno.test("FAULT 16: attempts that such programs sent before midnight count on that day", async () => {
  const of = bench({ clock: new ManualClock(Date.UTC(2026, 10, 21, 23, 59, 50)) });
  const ending = of.tracker.day;
  const programs = twoPrograms(of);
  const before = await Promise.all(programs.map(unleased));
  of.clock.advance(20_000);
  const after = await Promise.all(programs.map(unleased));
  for (const end of [...before, ...after]) end();
  await Promise.all(programs.map(({ recorder }) => recorder.flush()));
  assertEquals(used(of), [4, 2, 400]);
  const [yesterday] = await of.ledger.usage("acme", ending.start_ms, ending.end_ms);
  assertEquals([yesterday.attempts, of.tracker.status("acme").usage.attempts], [2, 2]);
});

Deno.test("FAULT 16: a batch that is sent again has a new time of sending", async () => {
  const of = bench();
  const sent_ms = of.clock.now();
  const slow = program(of, -5 * MINUTE);
  const end = await unleased(slow);
  slow.line.cut = true;
  end();
  while (slow.line.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  of.clock.advance(30_000);
  slow.line.cut = false;
  await slow.recorder.flush();
  const told = slow.line.batches.map(({ sent_at }) => Date.parse(sent_at) + 5 * MINUTE - sent_ms);
  assertEquals([told[0], told.at(-1)], [0, 30_000]);
  const [row] = await of.ledger.attempts("acme", 9);
  assertEquals(row.started_at_ms, sent_ms);
});

Deno.test("FAULT 16: a leased attempt counts at the time of its lease, whatever the program's clock is", async () => {
  const of = bench();
  const sent_ms = of.clock.now();
  const permits = await Promise.all(
    twoPrograms(of).map(async ({ recorder }) => {
      const permit = await recorder.reserve(plan());
      assert(!isRefusal(permit));
      return { permit, recorder };
    }),
  );
  assertEquals(of.tracker.inFlight, 2);
  of.clock.advance(10_000);
  for (const { permit } of permits) permit.settle(ok(100));
  await Promise.all(permits.map(({ recorder }) => recorder.flush()));
  const rows = await of.ledger.attempts("acme", 9);
  assertEquals(rows.map((row) => row.started_at_ms), [sent_ms, sent_ms]);
  assertEquals(used(of), [2, 2, 200]);
});
