import { assertEquals } from "../../tests/support/assert.ts";
import { at, FIXTURES } from "../../tests/gallery/fixtures.ts";
import { describePill, type PillText } from "./describe_pill.ts";

const CASES: [state: string, want: Omit<PillText, "state">][] = [
  ["unconfigured", { now: "", word: "Not set up", was: "", until: null }],
  ["connecting", { now: "", word: "Connecting…", was: "", until: null }],
  ["connecting_cached", { now: "", word: "Connecting…", was: "was 40%", until: null }],
  ["live_normal", { now: "40%", word: "Normal", was: "", until: null }],
  ["no_limits", { now: "", word: "Normal", was: "", until: null }],
  ["warning", { now: "91%", word: "Warning", was: "", until: null }],
  ["rate_limited", { now: "100%", word: "Rate limited", was: "", until: at(12) }],
  ["rate_limited_provider", { now: "100%", word: "Rate limited", was: "", until: at(71) }],
  ["quota_exceeded", { now: "", word: "Quota exceeded", was: "", until: null }],
  ["quota_exceeded_minute_full", { now: "100%", word: "Quota exceeded", was: "", until: null }],
  ["cooldown_minute_full", { now: "100%", word: "Rate limited", was: "", until: at(71) }],
  ["day_full", { now: "100%", word: "Quota exceeded", was: "", until: "2026-11-22T00:00:00.000Z" }],
  ["degraded_upstream", { now: "40%", word: "Degraded", was: "", until: null }],
  ["ledger_failing_model_full", { now: "100%", word: "Degraded", was: "", until: null }],
  ["model_calm", { now: "63%", word: "Normal", was: "", until: null }],
  ["model_close", { now: "94%", word: "Warning", was: "", until: null }],
  ["model_full", { now: "100%", word: "Rate limited", was: "", until: at(12) }],
  ["over_limit", { now: "100%", word: "Warning", was: "", until: null }],
  ["stale", { now: "", word: "Stale", was: "was 91%", until: null }],
  ["offline_empty", { now: "", word: "Offline", was: "", until: null }],
];

for (const [state, want] of CASES) {
  Deno.test(`the pill: ${state}`, () => {
    const { state: _, ...text } = describePill(FIXTURES[state]);
    assertEquals(text, want);
  });
}
