import { assertEquals } from "../../tests/support/assert.ts";
import { calendarDay, calendarDays } from "./calendar_day.ts";

const HOUR = 3_600_000;
const cases: [string, string, string, number][] = [
  ["2026-11-21T10:00:00Z", "UTC", "2026-11-21T00:00:00Z", 24],
  ["2026-11-21T10:30:00Z", "Pacific/Kiritimati", "2026-11-21T10:00:00Z", 24], // FAULT 13: UTC+14
  ["2026-11-21T11:59:59Z", "Etc/GMT+12", "2026-11-20T12:00:00Z", 24], // FAULT 13: UTC-12
  ["2026-11-21T18:20:00Z", "Asia/Kathmandu", "2026-11-21T18:15:00Z", 24], // FAULT 13: UTC+5:45
  ["2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-28T23:00:00Z", 23], // FAULT 14
  ["2026-10-25T12:00:00Z", "Europe/Berlin", "2026-10-24T22:00:00Z", 25], // FAULT 14
  ["2028-02-29T23:59:59Z", "UTC", "2028-02-29T00:00:00Z", 24], // FAULT 15
  ["2026-04-24T10:00:00Z", "Africa/Cairo", "2026-04-23T22:00:00Z", 23], // a day without midnight
];
for (const [now, zone, start, hours] of cases) {
  Deno.test(`the day of ${now} in ${zone} begins ${start} and lasts ${hours} h`, () => {
    const day = calendarDay(Date.parse(now), zone);
    assertEquals(new Date(day.start_ms).toISOString(), new Date(start).toISOString());
    assertEquals((day.end_ms - day.start_ms) / HOUR, hours);
  });
}

Deno.test("the cached day is replaced at its end, and for an instant before its start", () => {
  const dayOf = calendarDays("UTC");
  const midnight = Date.parse("2026-11-21T00:00:00Z");
  assertEquals(dayOf(midnight).start_ms, midnight);
  assertEquals(dayOf(midnight + 24 * HOUR).start_ms, midnight + 24 * HOUR);
  assertEquals(dayOf(midnight - 1).end_ms, midnight);
});
