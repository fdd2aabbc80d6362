import { assertEquals } from "../../tests/support/assert.ts";
import { meter, NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import { muteUntil } from "./mute.ts";

const HOUR_MS = 3_600_000;
const MIDNIGHT = new Date(NOON).setHours(24, 0, 0, 0);

Deno.test("a mute ends with the day of the service, on the local clock", () => {
  assertEquals(muteUntil({ status: statusBody(), clock_offset_ms: 0 }, NOON), NOON + 12 * HOUR_MS);
  assertEquals(muteUntil({ status: statusBody(), clock_offset_ms: HOUR_MS }, NOON), NOON + 11 * HOUR_MS);
});

Deno.test("a mute ends at the reader's midnight where no limit resets in the future", () => {
  const { stats } = statusBody();
  const past = meter(1, 10, { window: "calendar_day", resets_at: wire(NOON - 1) });
  for (const day of [null, past]) {
    const status = statusBody({ stats: { ...stats, requests_per_day: day } });
    assertEquals(muteUntil({ status, clock_offset_ms: 0 }, NOON), MIDNIGHT);
  }
  assertEquals(muteUntil({ status: null, clock_offset_ms: 0 }, NOON), MIDNIGHT);
});
