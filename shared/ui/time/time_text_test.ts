import { assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { EMPTY_VIEW, type View } from "../../view.ts";
import { freshnessText, waitUntil, wallTime } from "./time_text.ts";

const AT = Date.parse("2026-11-21T10:00:00.000Z");
const in_ = (seconds: number) => new Date(AT + seconds * 1000).toISOString();

Deno.test("an instant of the service is read on the service's clock", () => {
  assertEquals(waitUntil(in_(45), 15_000, AT), 30_000);
  assertEquals(waitUntil(in_(45), -15_000, AT), 60_000);
});

const AGES: [want: string, view: Partial<View>][] = [
  ["live · just now", { connection: "live", confirmed_at: AT - 1_000 }],
  ["polling · 12 s ago", { connection: "polling", confirmed_at: AT - 12_000 }],
  ["stale: last seen 3 min ago", { connection: "stale", confirmed_at: AT - 190_000 }],
  ["offline: last seen 2 h ago", { connection: "offline", confirmed_at: AT - 7_300_000 }],
  ["offline", { connection: "offline" }],
  ["refused", { connection: "refused" }],
  ["key refused", { connection: "key_refused" }],
  ["connecting…", { connection: "connecting", confirmed_at: AT - 1_000 }],
  ["not set up", { connection: "unconfigured" }],
];

for (const [want, view] of AGES) {
  Deno.test(`freshness: ${want}`, () => assertEquals(freshnessText({ ...EMPTY_VIEW, ...view }, AT), want));
}

Deno.test("numbers with an unknown status are not fresh", () => {
  const { unknown_status } = FIXTURES;
  assertEquals(freshnessText(unknown_status, AT), "outdated: last seen just now");
});

Deno.test("a time of another day names the day", () => {
  assertMatch(wallTime(in_(0), AT), /^\d\d:\d\d$/);
  assertMatch(wallTime(in_(3 * 86_400), AT), /^[A-Z][a-z]{2} \d\d:\d\d$/);
  const [evening, morning] = [new Date(2026, 10, 20, 23, 30), new Date(2026, 10, 21, 8)];
  assertEquals(wallTime(evening.toISOString(), morning.getTime()), "Fri 23:30");
});
