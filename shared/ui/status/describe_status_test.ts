import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../../tests/support/assert.ts";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { describeStatus, type StatusText } from "./describe_status.ts";

const CASES: [state: string, want: Partial<StatusText>][] = [
  ["unconfigured", { headline: "Not set up", tone: "unsure", options: "connect", retry: false }],
  ["connecting", { headline: "Connecting…", tone: "unsure", detail: "Asking 127.0.0.1:8787." }],
  ["connecting_first", { headline: "Connecting…", detail: null }],
  ["connecting_cached", { headline: "Connecting…", tone: "unsure", action: null }],
  ["live_normal", { headline: "Normal", tone: "ok", detail: "60% headroom on TPM, the tightest limit." }],
  ["no_limits", { headline: "Normal", detail: "No limit is set for this workspace." }],
  ["model_calm", { headline: "Normal", detail: "37% headroom on TPM to gpt-5.4, the tightest limit." }],
  ["model_full", { headline: "Rate limited", detail: "50 of 50 requests to gpt-5.4 in the last 60 s" }],
  ["polling", { headline: "Normal", tone: "ok" }],
  ["warning", { headline: "Warning", tone: "warning", detail: "456 of 500 requests in the last 60 s" }],
  ["rate_limited", { headline: "Rate limited", tone: "critical" }],
  ["quota_exceeded", { headline: "Quota exceeded", tone: "critical", until: null }],
  ["degraded_upstream", { headline: "Degraded", tone: "warning" }],
  ["stale", { headline: "Stale", tone: "unsure", retry: true, since: null, action: null }],
  ["offline", { headline: "Offline", tone: "unsure", retry: true, options: null }],
  ["refused", { headline: "Refused", retry: true, options: "check" }],
];

for (const [state, want] of CASES) {
  Deno.test(`the status in words: ${state}`, () => {
    const text = describeStatus(FIXTURES[state]);
    assertEquals(Object.fromEntries(Object.keys(want).map((key) => [key, text[key as keyof StatusText]])), want);
  });
}

Deno.test("a status that may be out of date is shown as the last known one", () => {
  for (const state of ["stale", "offline"]) {
    assertStringIncludes(describeStatus(FIXTURES[state]).detail ?? "", "Last known: warning.");
  }
});

Deno.test("offline says how to start the service", () => {
  assertEquals(describeStatus(FIXTURES.offline_empty).action?.code, "npm start");
});

const ACTIONS: [state: string, text: RegExp, code: string | null, href: string | null][] = [
  ["warning", /Space calls out/, null, null],
  ["rate_limited", /Hold calls/, null, null],
  ["quota_exceeded", /credit/, null, "https://platform.openai.com/usage"],
  ["day_full", /raise/, "OPENAI_RATE_LIMIT_PER_DAY", null],
  ["model_close", /Space calls out/, null, null],
  ["model_full", /^Use another model, or wait\.$/, null, null],
  ["model_day_full", /^Use another model, or raise this limit\.$/, null, null],
  ["degraded_upstream", /retry later/, null, null],
  ["degraded_ledger", /the service's operator/, null, null],
];

for (const [state, text, code, href] of ACTIONS) {
  Deno.test(`the suggested action: ${state}`, () => {
    const { action } = describeStatus(FIXTURES[state]);
    assertMatch(action?.text ?? "", text);
    assertEquals(action?.code, code);
    assertEquals(action?.link?.href ?? null, href);
  });
}

Deno.test("no headline holds a number: it is announced on each change", () => {
  for (const [state, view] of Object.entries(FIXTURES)) {
    assert(!/\d/.test(describeStatus(view).headline), state);
  }
});
