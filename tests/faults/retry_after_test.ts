import { trackedFetch } from "../../server/client/fetch/tracked_fetch.ts";
import type { Tracker } from "../../server/tracker/tracker.ts";
import { bench } from "../api/fixture.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { ManualClock } from "../support/clock.ts";
import { errorBody } from "../support/upstream_bodies.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const SECOND = 1000;
const DAY = 24 * 3_600_000;

/** Makes a call that the provider refuses, then another, and returns the wait that the second is asked for. */
async function refusedTwice(tracker: Tracker, workspace_id: string, headers: Record<string, string>): Promise<number> {
  let sent = 0;
  const refuses: typeof fetch = () => {
    sent++;
    const body = errorBody("Too many requests", "requests", "rate_limit_exceeded");
    return Promise.resolve(Response.json(body, { status: 429, headers }));
  };
  const tracked = trackedFetch({ recorder: tracker, workspace_id, fetch: refuses });
  const body = JSON.stringify({ model: "gpt-5.4", messages: [] });
  const ask = () => tracked("https://api.openai.com/v1/chat/completions", { method: "POST", body });
  assertEquals((await ask()).status, 429);
  const again = await ask();
  const waits = sent === 1;
  assertEquals([again.status, (await again.json()).error.code], [
    429,
    waits ? "provider_cooling_down" : "rate_limit_exceeded",
  ]);
  return waits ? Number(again.headers.get("retry-after-ms")) : 0;
}

/** `retry-after`, how long the status is shown, and how long calls are held back: at most some minutes. */
const SAID: [string, string, number, number][] = [
  ["seconds", "30", 30 * SECOND, 30 * SECOND],
  ["a date", new Date(NOW + 60 * SECOND).toUTCString(), 60 * SECOND, 60 * SECOND],
  ["the past", new Date(NOW - DAY).toUTCString(), SECOND, 0],
  ["1e9", "1000000000", DAY, 300 * SECOND],
];

for (const [name, value, shown, held] of SAID) {
  Deno.test(`FAULT 26: a Retry-After of ${name} is obeyed within bounds, and calls are sent again at its end`, async () => {
    const { tracker, clock } = bench({ clock: new ManualClock(NOW) });
    assertEquals(await refusedTwice(tracker, "acme", { "retry-after": value }), held);
    const { status, cause } = tracker.status("acme");
    assertEquals([status, cause?.code], ["rate_limited", "provider_rate_limit"]);
    assertEquals(Date.parse(cause!.until!) - NOW, shown);
    clock.advance(held);
    assert(!("refused" in tracker.reserve(PLAN)), "a call may ask again");
  });
}

const PLAN = {
  id: "next",
  call_id: "next",
  retry: 0,
  workspace_id: "acme",
  endpoint: "chat/completions",
  model: "gpt-5.4",
  app: null,
  stream: false,
  tokens: 10,
  input_tokens: 10,
};

Deno.test("FAULT 27: after a 429 without Retry-After calls are held back, for a different time in each workspace", async () => {
  const { tracker } = bench({ clock: new ManualClock(NOW) });
  const waits: number[] = [];
  for (let number = 0; number < 12; number++) waits.push(await refusedTwice(tracker, `back-off-${number}`, {}));
  assert(waits.every((wait) => wait >= 500 && wait <= 1000), `${waits}`);
  assert(new Set(waits).size > 3, `chance spreads them: ${waits}`);
});

Deno.test("FAULT 27: each further refusal doubles that time, up to a minute", async () => {
  const { tracker, clock } = bench({ clock: new ManualClock(NOW) });
  const waits: number[] = [];
  for (let strike = 0; strike < 9; strike++) {
    waits.push(await refusedTwice(tracker, "acme", {}));
    clock.advance(waits[strike]);
  }
  const most = [1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * SECOND);
  assert(waits.every((wait, strike) => wait >= most[strike] / 2 && wait <= most[strike]), `${waits}`);
});
