import { OwnLimits } from "../../../shared/limits.ts";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { hasEnded, isRaise, newRaise, readLocalTime, withRaises, withValues } from "./raises.ts";

const NOW_MS = Date.parse("2026-11-21T10:20:30.000Z");

Deno.test("a new raise ends at a full hour, a day later, and the service accepts it", () => {
  assertEquals(newRaise(NOW_MS), { until: "2026-11-22T11:00:00.000Z" });
  assert(OwnLimits.safeParse({ raises: [newRaise(NOW_MS)] }).success);
});

Deno.test("values of a raise are set and left out, and the last raise takes the field along", () => {
  const raise = withValues(newRaise(NOW_MS), { day: "40", requests_per_minute: null });
  assertEquals(raise, { until: "2026-11-22T11:00:00.000Z", day: "40", requests_per_minute: null });
  assertEquals(withValues(raise, { day: undefined }), { until: raise.until, requests_per_minute: null });
  assertEquals(withRaises({ requests_per_day: 5 }, [raise]), { requests_per_day: 5, raises: [raise] });
  assertEquals(withRaises({ requests_per_day: 5, raises: [raise] }, []), { requests_per_day: 5 });
});

Deno.test("a raise ends at its time; one without a time is not complete", () => {
  const until = new Date(NOW_MS).toISOString();
  assertEquals([NOW_MS - 1, NOW_MS, NOW_MS + 1].map((now_ms) => hasEnded({ until }, now_ms)), [false, true, true]);
  assertEquals(hasEnded({ until: "" }, NOW_MS), false);
  assert(isRaise({ until, tokens_per_day: null, week: "1.5" }));
  for (const wrong of [{ until: "" }, { until, tokens_per_day: 0 }, { until, week: "1,5" }]) assert(!isRaise(wrong));
});

Deno.test("a time that is read is one that the service accepts; other texts are none", () => {
  for (const text of ["2026-12-01T00:00", "0202-01-01T00:00", "2026-03-29T02:30", "9999-12-30T23:59"]) {
    assert(OwnLimits.safeParse({ raises: [{ until: readLocalTime(text) }] }).success, text);
  }
  for (const text of ["", "2026-12-01T", "12026-12-01T00:00", "x"]) assertEquals(readLocalTime(text), "", text);
});
