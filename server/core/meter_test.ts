import { assertEquals } from "../../tests/support/assert.ts";
import { instant, meter } from "./meter.ts";

const read = (used: number, reserved: number, limit: number) => {
  const reading: Parameters<typeof meter>[0] = {
    used,
    reserved,
    limit,
    window: "rolling_60s",
    resets_at_ms: 60_000,
    available_at_ms: 9_000,
  };
  return meter(reading);
};

Deno.test("remaining and percentage include what is reserved, and the percentage is rounded down", () => {
  const cases: [number, number, number, number, number][] = [
    [0, 0, 500, 500, 0],
    [456, 3, 500, 41, 91.8],
    [9_995, 0, 10_000, 5, 99.9],
    [9_999, 0, 10_000, 1, 99.9],
    [400, 100, 500, 0, 100],
    [600, 0, 500, 0, 120],
    [0, 0, 0, 0, 100],
  ];
  for (const [used, reserved, limit, remaining, percentage] of cases) {
    const got = read(used, reserved, limit);
    assertEquals([got.current, got.reserved, got.remaining, got.percentage], [used, reserved, remaining, percentage]);
  }
});

Deno.test("only a full meter says when it opens again", () => {
  assertEquals([read(499, 0, 500).available_at, read(500, 0, 500).available_at], [null, instant(9_000)]);
  assertEquals(read(1, 0, 500).resets_at, instant(60_000));
});

Deno.test("instants are right for more values than the cache holds", () => {
  const times = Array.from({ length: 200 }, (_, index) => index * 1000);
  for (const ms of [...times, ...times]) assertEquals(instant(ms), new Date(ms).toISOString());
});
