import { assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { catalogLanguages, readCatalog } from "../../../tools/lib/words.mjs";
import { speaking } from "../../../tests/support/speaking.ts";
import { describeStatus, type StatusText } from "./describe_status.ts";

const CASES: [state: string, headline: string, detail: string | null, more: Partial<StatusText>][] = [
  ["unconfigured", "Not set up", "Connect to your team's service to see how much of its limits is used.", {
    tone: "unsure",

    retry: false,
  }],
  ["connecting", "Connecting to 127.0.0.1:8787…", null, { tone: "unsure" }],
  ["connecting_first", "Connecting…", null, {}],
  ["connecting_cached", "Connecting to 127.0.0.1:8787…", "Last known: 41 % of tokens a minute used.", { action: null }],
  ["live_normal", "41 % of tokens a minute used", "59 % left, frees up in 47 s", { tone: "ok", when: null }],
  ["live_idle", "0 % of requests a minute used", "100 % left", {}],
  ["polling", "41 % of tokens a minute used", "59 % left, frees up in 47 s", { tone: "ok" }],
  ["no_limits", "No limit is set", null, {}],
  ["model_calm", "64 % of tokens a minute to gpt-5.4 used", "36 % left, frees up in 47 s", {}],
  ["warning", "92 % of requests a minute used", "456 of 500 requests in the last 60 s", { tone: "warning" }],
  ["nearly_full", "99 % of requests a day used", "9,996 of 10,000 requests today", {}],
  ["over_limit", "100 % of requests a minute used", "612 of 500 requests in the last 60 s; observed, not refused", {}],
  [
    "warning_provider",
    "98 % of OpenAI's requests to gpt-5.4 used",
    "OpenAI reports 12 of 500 requests left for gpt-5.4",
    { tone: "warning" },
  ],
  ["rate_limited", "Full: opens in 12 s", "500 of 500 requests in the last 60 s", { tone: "critical" }],
  ["model_full", "Full for gpt-5.4: opens in 12 s", "50 of 50 requests to gpt-5.4 in the last 60 s", {}],
  ["cooldown_minute_full", "Full at OpenAI: opens in 1 min 11 s", "OpenAI asks for no calls to gpt-5.4 for 71 s", {}],
  ["day_full", "Full: opens in 14 h 00 min", "10,000 of 10,000 requests today", { tone: "critical" }],
  [
    "quota_exceeded",
    "OpenAI account has no quota left",
    "OpenAI refused the last call: insufficient_quota. The account has no credit left",
    { tone: "critical" },
  ],
  [
    "degraded_upstream",
    "OpenAI has trouble answering",
    "OpenAI answered 5 of the last 6 calls with a server error",
    { tone: "warning" },
  ],
  [
    "ledger_failing_model_full",
    "Calls cannot be recorded",
    "Calls cannot be written to the ledger; see the service's log",
    { tone: "warning" },
  ],
  [
    "stale",
    "Last confirmed 3 min ago",
    "These are old numbers. Last known: 92 % of requests a minute used.",
    { tone: "unsure", retry: true, when: null, action: null },
  ],
  [
    "offline",
    "Cannot reach 127.0.0.1:8787",
    "Nothing answers there. Start the service, or check the address in the options. Last known: 92 % of requests a minute used.",
    { tone: "unsure", retry: true },
  ],
  ["refused", "Cannot show acme", "This service knows no workspace of that name.", { retry: true }],
  [
    "not_permitted",
    "No permission to reach quota.acme.dev",
    "Open the options, save and allow it.",
    {
      retry: false,
    },
  ],
  [
    "key_refused",
    "127.0.0.1:8787 needs a valid key",
    "The key was refused: pair this browser again in the options.",
    { retry: false },
  ],
  [
    "outdated",
    "Update the extension",
    "http://127.0.0.1:8787 is newer than this extension, which cannot read its updates. Last known: 92 % of requests a minute used.",
    { tone: "unsure", retry: true, when: null },
  ],
  [
    "unknown_status",
    "Update the extension",
    '127.0.0.1:8787 is newer than this extension: it reports "paused".',
    { tone: "unsure", when: null },
  ],
];

for (const [state, headline, detail, more] of CASES) {
  Deno.test(`the status in words: ${state}, ${headline}`, () => {
    const want = { headline, detail, ...more };
    const text = describeStatus(FIXTURES[state], AT);
    assertEquals(Object.fromEntries(Object.keys(want).map((key) => [key, text[key as keyof StatusText]])), want);
  });
}

Deno.test("offline says how to start the service", () => {
  assertEquals(describeStatus(FIXTURES.offline_empty, AT).action?.code, "npm start");
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
    const { action } = describeStatus(FIXTURES[state], AT);
    assertMatch(action?.text ?? "", text);
    assertEquals(action?.code, code);
    assertEquals(action?.link?.href ?? null, href);
  });
}

Deno.test("values of a newer service are left out, and the rest stays", () => {
  const { status } = FIXTURES.warning;
  const cause = { ...status!.cause!, code: "images_per_minute" as "ledger_failing", fix: "call" as "wait" };
  const text = describeStatus({ ...FIXTURES.warning, status: { ...status!, cause } }, AT);
  assertEquals([text.headline, text.detail, text.action], ["92 % of requests a minute used", cause.message, null]);
});

Deno.test("a view whose last confirmation is in the future has no age", () => {
  assertEquals(
    describeStatus({ ...FIXTURES.live_normal, confirmed_at: AT + 60_000 }, AT).headline,
    "Not confirmed lately",
  );
});

Deno.test("a long name in a headline loses its middle", () => {
  assertEquals(
    describeStatus(FIXTURES.model_day_full, AT).headline,
    "Full for ft:gpt-5.4-mini-…triage:9abcdefg: opens in 14 h 00 min",
  );
});

for (const code of ["insufficient_quota", "provider_rate_limit"] as const) {
  Deno.test(`a stop of some of the keys is no stop of all, in every language: ${code}`, () => {
    const { status } = FIXTURES.no_limits;
    const message = "With 1 of the 2 keys in use: OpenAI refused the last call";
    const cause = { ...FIXTURES.quota_exceeded.status!.cause!, code, message };
    const view = { ...FIXTURES.no_limits, status: { ...status!, status: "warning" as const, cause } };
    const { headline, tone, detail } = describeStatus(view, AT);
    assertEquals([headline, tone, detail], ["OpenAI refuses some of the keys", "warning", message]);
    for (const language of catalogLanguages()) {
      const words = readCatalog(language);
      using _ = speaking(language, words);
      const text = describeStatus(view, AT);
      assertEquals(text.headline, words["OpenAI refuses some of the keys"], language);
      const isTold = Object.entries(words).some(([english, said]) =>
        english.includes("with some of the keys") === (code === "provider_rate_limit") &&
        english.includes("some of the keys") && english.endsWith(".") && said === text.detail
      );
      assertEquals(isTold, true, `${language}: ${text.detail}`);
    }
  });
}
