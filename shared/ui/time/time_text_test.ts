import { assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import type { Meter } from "../../quota.ts";
import { EMPTY_VIEW, type View } from "../../view.ts";
import { freshnessText, meterWait, opensAt, waitUntil, wallTime } from "./time_text.ts";

const AT = Date.parse("2026-11-21T10:00:00.000Z");
const in_ = (seconds: number) => new Date(AT + seconds * 1000).toISOString();

const METER: Meter = {
  current: 10,
  reserved: 0,
  limit: 500,
  remaining: 490,
  percentage: 2,
  window: "rolling_60s",
  resets_at: in_(45),
  available_at: null,
};
const DAY: Meter = { ...METER, window: "calendar_day", resets_at: in_(50_400) };

const WAITS: [want: string, meter: Meter, current: boolean][] = [
  ["clear in 45s", METER, true],
  ["clear", { ...METER, current: 0, resets_at: in_(0) }, true],
  ["clear in 45s", { ...METER, current: 0, reserved: 2 }, true],
  ["opens in 12s", { ...METER, available_at: in_(12) }, true],
  ["resets in 14h 00m", DAY, true],
  ["resets in 14h 00m", { ...DAY, current: 0 }, true],
  ["clearing", { ...METER, resets_at: in_(-1) }, true],
  ["clearing", { ...METER, resets_at: in_(0) }, true],
  ["resetting", { ...DAY, resets_at: in_(-1) }, true],
  ["cleared since", { ...METER, resets_at: in_(-1) }, false],
  ["reset since", { ...DAY, resets_at: in_(-1) }, false],
];

for (const [want, meter, current] of WAITS) {
  Deno.test(`a meter waits: ${want}${current ? "" : ", on old numbers"}`, () => {
    assertEquals(meterWait(meter, { current, cause: null }, 0, AT), want);
  });
}

const OPENINGS: [opens: string | null, available_at: string | null, until: string | null | undefined][] = [
  [in_(12), in_(12), undefined],
  [in_(12), in_(12), in_(12)],
  [in_(40), in_(40), in_(12)],
  [null, in_(12), in_(13)],
  [null, in_(12), null],
  [null, null, in_(12)],
];

for (const [opens, available_at, until] of OPENINGS) {
  const ends = until === undefined ? "without a cause" : `with a cause that ends ${until ?? "at an unknown time"}`;
  Deno.test(`a limit available at ${available_at}, ${ends}, opens at ${opens}`, () => {
    assertEquals(opensAt({ ...METER, available_at }, until === undefined ? null : { until }), opens);
  });
}

Deno.test("a full limit that does not open yet tells when it is clear", () => {
  assertEquals(
    meterWait({ ...METER, available_at: in_(12) }, { current: true, cause: { until: null } }, 0, AT),
    "clear in 45s",
  );
});

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
  ["connecting…", { connection: "connecting", confirmed_at: AT - 1_000 }],
  ["not set up", { connection: "unconfigured" }],
];

for (const [want, view] of AGES) {
  Deno.test(`freshness: ${want}`, () => assertEquals(freshnessText({ ...EMPTY_VIEW, ...view }, AT), want));
}

Deno.test("a time of another day names the day", () => {
  assertMatch(wallTime(in_(0), AT), /^\d\d:\d\d$/);
  assertMatch(wallTime(in_(3 * 86_400), AT), /^[A-Z][a-z]{2} \d\d:\d\d$/);
  const [evening, morning] = [new Date(2026, 10, 20, 23, 30), new Date(2026, 10, 21, 8)];
  assertEquals(wallTime(evening.toISOString(), morning.getTime()), "Fri 23:30");
});
