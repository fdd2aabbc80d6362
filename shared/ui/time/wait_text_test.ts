import { assertEquals } from "../../../tests/support/assert.ts";
import type { Meter } from "../../quota.ts";
import { meterWait, opensAt } from "./wait_text.ts";

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
  ["frees up in 45 s", METER, true],
  ["", { ...METER, current: 0, resets_at: in_(0) }, true],
  ["frees up in 45 s", { ...METER, current: 0, reserved: 2 }, true],
  ["frees up in 1 min 00 s", { ...METER, resets_at: in_(61) }, true],
  ["opens in 12 s", { ...METER, available_at: in_(12) }, true],
  ["opens in 1 min 00 s", { ...METER, available_at: in_(75) }, true],
  ["resets in 14 h 00 min", DAY, true],
  ["resets in 14 h 00 min", { ...DAY, current: 0 }, true],
  ["frees up now", { ...METER, resets_at: in_(0.9) }, true],
  ["frees up now", { ...METER, resets_at: in_(-1) }, true],
  ["resets now", { ...DAY, resets_at: in_(-1) }, true],
  ["freed up since", { ...METER, resets_at: in_(-1) }, false],
  ["reset since", { ...DAY, resets_at: in_(-1) }, false],
  ["frees up in 45 s", { ...METER, window: "rolling_1h" as Meter["window"] }, true],
];

for (const [want, meter, current] of WAITS) {
  Deno.test(`a meter waits: ${want || "nothing"}${current ? "" : ", on old numbers"}`, () => {
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

Deno.test("a full limit that does not open yet tells when it frees up", () => {
  assertEquals(
    meterWait({ ...METER, available_at: in_(12) }, { current: true, cause: { until: null } }, 0, AT),
    "frees up in 45 s",
  );
});
