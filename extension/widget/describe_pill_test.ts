import { assertEquals } from "../../tests/support/assert.ts";
import { AT, FIXTURES } from "../../tests/gallery/fixtures.ts";
import { describePill } from "./describe_pill.ts";

/** The parts of the pill, in their order: number, state, last known number, countdown. */
const CASES: [state: string, ...parts: string[]][] = [
  ["unconfigured", "", "Not set up", "", ""],
  ["connecting", "", "Connecting…", "", ""],
  ["connecting_cached", "", "Connecting…", "was 41 %", ""],
  ["live_normal", "41 %", "used", "", ""],
  ["no_limits", "", "No limit", "", ""],
  ["warning", "92 %", "used", "", ""],
  ["warning_provider", "98 %", "used", "", ""],
  ["nearly_full", "99 %", "used", "", ""],
  ["rate_limited", "", "Full", "", "opens in 12 s"],
  ["rate_limited_provider", "", "Full", "", "opens in 1 min 11 s"],
  ["quota_exceeded", "", "No quota left", "", ""],
  ["quota_exceeded_minute_full", "", "No quota left", "", ""],
  ["cooldown_minute_full", "", "Full", "", "opens in 1 min 11 s"],
  ["day_full", "", "Full", "", "opens in 14 h 00 min"],
  ["degraded_upstream", "41 %", "used · degraded", "", ""],
  ["ledger_failing_model_full", "100 %", "used · degraded", "", ""],
  ["model_calm", "64 %", "used", "", ""],
  ["model_close", "94 %", "used", "", ""],
  ["model_full", "", "Full", "", "opens in 12 s"],
  ["over_limit", "100 %", "used", "", ""],
  ["stale", "", "Stale", "was 92 %", ""],
  ["offline_empty", "", "Offline", "", ""],
  ["not_permitted", "", "Permission missing", "", ""],
  ["key_refused", "", "Key refused", "", ""],
  ["outdated", "", "Update the extension", "was 92 %", ""],
  ["unknown_status", "", "Update the extension", "", ""],
];

for (const [state, ...parts] of CASES) {
  Deno.test(`the pill: ${state}, ${parts.filter(Boolean).join(" ")}`, () => {
    const { now, word, was, wait } = describePill(FIXTURES[state], AT);
    assertEquals([now, word, was, wait], parts);
  });
}

Deno.test("the pill counts while it shows a time that passes", () => {
  const counts = (state: string, seconds = 0) => describePill(FIXTURES[state], AT + seconds * 1_000).counts;
  assertEquals([counts("rate_limited"), counts("rate_limited", 11), counts("rate_limited", 12)], [true, true, false]);
  assertEquals([counts("quota_exceeded"), counts("warning")], [false, false]);
});
