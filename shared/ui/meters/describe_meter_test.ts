import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import type { Meter } from "../../quota.ts";
import { describeMeter, type MeterText } from "./describe_meter.ts";

function meter(current: number, reserved: number, limit: number, more: Partial<Meter> = {}): Meter {
  return {
    current,
    reserved,
    limit,
    remaining: Math.max(0, limit - current - reserved),
    percentage: limit > 0 ? Math.round((current + reserved) / limit * 1000) / 10 : 0,
    window: "rolling_60s",
    resets_at: "2026-11-21T10:00:47.000Z",
    available_at: null,
    ...more,
  };
}

const CASES: [name: string, meter: Meter, want: Partial<MeterText>][] = [
  ["nothing used", meter(0, 0, 500), {
    used: 0,
    reserved: 0,
    percent: "0 %",
    left: "500 left",
    reservedText: "",
    tone: "ok",
  }],
  ["used and reserved", meter(456, 3, 500), {
    percent: "92 %",
    count: "456 of 500",
    left: "41 left",
    reservedText: "3 reserved",
    tone: "warning",
    spoken: "92 percent: 456 of 500 requests used, 3 reserved, 41 left",
  }],
  ["just below the threshold", meter(449, 0, 500), { percent: "90 %", tone: "ok" }],
  ["nearly full is not full", meter(9_999, 0, 10_000, { percentage: 99.9 }), { percent: "99 %", tone: "warning" }],
  ["full", meter(500, 0, 500), { used: 100, percent: "100 %", left: "none left", tone: "critical" }],
  ["one over the limit", meter(500, 1, 500), { percent: "100 %", left: "1 over", tone: "critical" }],
  ["full by reservations", meter(400, 100, 500), { used: 80, reserved: 20, left: "none left", tone: "critical" }],
  ["over the limit", meter(612, 4, 500), { used: 100, reserved: 0, percent: "100 %", left: "116 over" }],
  ["a limit of zero is full", meter(0, 0, 0), { used: 100, percent: "100 %", count: "0 of 0", left: "none left" }],
  ["millions are cut", meter(28_456_789, 0, 30_000_000), { count: "28.45M of 30M", left: "1.54M left" }],
];

for (const [name, given, want] of CASES) {
  Deno.test(`a meter in words: ${name}`, () => {
    const text = describeMeter({ name: "requests_per_minute", meter: given }, 0.9);
    assertEquals(Object.fromEntries(Object.keys(want).map((key) => [key, text[key as keyof MeterText]])), want);
  });
}

Deno.test("a screen reader reads millions in full", () => {
  const { spoken } = describeMeter({ name: "tokens_per_minute", meter: meter(28_456_789, 0, 30_000_000) }, 0.9);
  assertEquals(spoken, "95 percent: 28,456,789 of 30,000,000 tokens used, 1,543,211 left");
});

Deno.test("a model's limit is labelled with the model's name, and a screen reader reads both", () => {
  const text = describeMeter({ name: "requests_per_minute", meter: meter(50, 0, 50), model: "gpt-5.4" }, 0.9);
  assertEquals([text.short, text.long, text.label], ["RPM", "gpt-5.4", "Requests a minute to gpt-5.4"]);
  const own = describeMeter({ name: "requests_per_minute", meter: meter(50, 0, 50) }, 0.9);
  assertEquals([own.long, own.label], ["Requests a minute", "Requests a minute"]);
});

Deno.test("no bar is ever longer than its track, and no share above 100", () => {
  const count = fc.nat(1_000_000_000);
  fc.assert(fc.property(count, count, count, (current, reserved, limit) => {
    const text = describeMeter({ name: "tokens_per_day", meter: meter(current, reserved, limit) }, 0.9);
    assert(text.used >= 0 && text.reserved >= 0 && text.used + text.reserved <= 100);
    assert(Number.parseInt(text.percent) <= 100);
  }));
});

Deno.test("a limit is close from the service's own ratio on", () => {
  const half = meter(250, 0, 500);
  assertEquals(describeMeter({ name: "requests_per_minute", meter: half }, 0.5).tone, "warning");
  assertEquals(describeMeter({ name: "requests_per_minute", meter: half }, 0.51).tone, "ok");
});
