import fc from "fast-check";
import type { Cause, Meter, StatusBody } from "../../shared/quota.ts";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { meter, NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import { EMPTY_VIEW, STALE_AFTER_MS, type View } from "../../shared/view.ts";
import { AT, FIXTURES } from "../../tests/gallery/fixtures.ts";
import { badge, nextChangeIn } from "./badge.ts";

const BLUE = "#1A73E8", AMBER = "#F9AB00", RED = "#A50E0E", GREY = "#6B7280";

/** Local time of the badges below: 12 s before the minute is clear. */
const NOW = NOON + 28_000;

function view(more: Partial<View> = {}): View {
  const server_url = "http://127.0.0.1:8787";
  return { ...EMPTY_VIEW, connection: "live", server_url, workspace_id: "acme", confirmed_at: NOW, ...more };
}

function withStatus(more: Partial<StatusBody>, known: Partial<View> = {}): View {
  return view({ status: statusBody(more), ...known });
}

function rpm(current: number): StatusBody["stats"] {
  return { ...statusBody().stats, requests_per_minute: meter(current, 500) };
}

function cause(until: number | null, more: Partial<Cause> = {}): Cause {
  const message = "500 of 500 requests in the last 60 s";
  const until_at = until === null ? null : wire(until);
  return {
    code: "requests_per_minute",
    message,
    source: "counted",
    since: wire(NOON),
    until: until_at,
    fix: "wait",
    ...more,
  };
}

const FULL = { status: "rate_limited", stats: rpm(500) } as const;

/** A workspace with headroom, and a model in it with `current` of 50 requests used. */
function model(current: number, more: Partial<Meter> = {}): Pick<StatusBody, "models"> {
  const { tokens_per_minute, tokens_per_day } = statusBody().stats;
  const stats = { requests_per_day: null, tokens_per_minute, tokens_per_day };
  return { models: [{ model: "gpt-5.4", stats: { ...stats, requests_per_minute: meter(current, 50, more) } }] };
}

const CASES: [name: string, view: View, text: string, color: string][] = [
  ["not set up", view({ connection: "unconfigured" }), "set", GREY],
  ["refused", view({ connection: "refused", problem: "No." }), "!", AMBER],
  ["offline, with old numbers", withStatus({}, { connection: "offline" }), "off", GREY],
  ["no numbers yet", view({ connection: "connecting" }), "?", GREY],
  ["nothing used", withStatus({ stats: rpm(0) }), "", BLUE],
  ["no limits", { ...FIXTURES.no_limits, confirmed_at: NOW }, "", BLUE],
  ["less than one percent", withStatus({ stats: rpm(4) }), "", BLUE],
  ["one percent", withStatus({ stats: rpm(5) }), "1", BLUE],
  ["normal", withStatus({}), "12", BLUE],
  ["over REST", withStatus({}, { connection: "polling" }), "12", BLUE],
  ["warning", withStatus({ status: "warning", stats: rpm(456) }), "91", AMBER],
  ["almost full is not full", withStatus({ status: "warning", stats: rpm(499) }), "99", AMBER],
  ["over the limit, observed", withStatus({ status: "warning", stats: rpm(700) }), "100", AMBER],
  ["full for seconds", withStatus({ ...FULL, cause: cause(NOW + 12_000) }), "12s", RED],
  ["full for minutes", withStatus({ ...FULL, cause: cause(NOW + 240_000) }), "4m", RED],
  ["full for the day", withStatus({ ...FULL, status: "quota_exceeded", cause: cause(NOW + 9 * 3_600_000) }), "9h", RED],
  ["no quota at the provider", withStatus({ status: "quota_exceeded", cause: cause(null) }), "full", RED],
  ["full, and the time has passed", withStatus({ ...FULL, cause: cause(NOW - 1) }), "0s", RED],
  [
    "full, and the service's clock is 10 s ahead",
    {
      ...withStatus({ ...FULL, cause: cause(NOW + 22_000) }),
      clock_offset_ms: 10_000,
    },
    "12s",
    RED,
  ],
  ["a model with room", withStatus(model(20)), "40", BLUE],
  ["a model close to its limit", withStatus({ status: "warning", ...model(47) }), "94", AMBER],
  ["a full model", withStatus({ ...model(50), status: "rate_limited", cause: cause(NOW + 12_000) }), "12s", RED],
  ["degraded", withStatus({ status: "degraded" }), "12", AMBER],
  ["degraded without a number", withStatus({ status: "degraded", stats: rpm(0) }), "?", AMBER],
  ["stale", withStatus({}, { connection: "stale" }), "12", GREY],
  ["stale by age", withStatus({}, { confirmed_at: NOW - STALE_AFTER_MS }), "12", GREY],
  ["connecting with old numbers", withStatus({}, { connection: "connecting" }), "12", GREY],
];

for (const [name, known, text, color] of CASES) {
  Deno.test(`badge: ${name}`, () => {
    const shown = badge(known, NOW);
    assertEquals([shown.text, shown.color], [text, color]);
  });
}

Deno.test("the provider's count is shown only where the cause is reported", () => {
  const pool = {
    pool: "gpt-5.4",
    requests: { limit: 500, remaining: 20, resets_at: null },
    tokens: null,
    observed_at: wire(NOON),
    used_elsewhere: null,
  };
  const reported = cause(null, { code: "provider_requests", source: "reported" });
  assertEquals(badge(withStatus({ status: "warning", provider: [pool], cause: reported }), NOW).text, "96");
  assertEquals(badge(withStatus({ provider: [pool] }), NOW).text, "12");
});

const TITLES: [view: View, title: string][] = [
  [view({}), "acme: no numbers yet"],
  [
    withStatus({ stats: { ...rpm(0), requests_per_minute: meter(50, 500, { reserved: 50 }) } }),
    "acme: 10% of requests per minute used (50 of 500), frees up in 12s",
  ],
  [withStatus({ stats: { ...rpm(0), requests_per_day: null } }), "acme: 0% of requests per minute used (0 of 500)"],
  [
    withStatus({ stats: { ...rpm(0), requests_per_minute: meter(456, 500, { resets_at: wire(NOW - 1) }) } }),
    "acme: 91% of requests per minute used (456 of 500)",
  ],
  [view({ connection: "unconfigured" }), "Quota Gauge: not set up yet. Click to connect it to your service."],
  [view({ connection: "connecting" }), "acme: connecting."],
  [
    withStatus({ status: "normal", stats: rpm(456) }),
    "acme: 91% of requests per minute used (456 of 500), frees up in 12s",
  ],
  [
    withStatus({ ...FULL, cause: cause(NOW + 5_000) }),
    "acme: rate limited, 500 of 500 requests in the last 60 s, for another 5s; " +
    "100% of requests per minute used (500 of 500)",
  ],
  [
    withStatus(model(47)),
    "acme: 94% of requests per minute to gpt-5.4 used (47 of 50), frees up in 12s",
  ],
  [
    withStatus({}, { connection: "offline", problem: "Cannot reach it.", confirmed_at: NOW - 180_000 }),
    "acme: offline. Cannot reach it. Last known, 3 min ago: " +
    "12% of requests per minute used (60 of 500), frees up in 12s",
  ],
];

for (const [known, title] of TITLES) {
  Deno.test(`title: ${title}`, () => assertEquals(badge(known, NOW).title, title));
}

const CAUSES: [state: string, text: string, title: string][] = [
  [
    "quota_exceeded_minute_full",
    "full",
    "quota exceeded, OpenAI refused the last call: insufficient_quota. The account has no credit left; " +
    "100% of requests per minute used (500 of 500)",
  ],
  [
    "cooldown_minute_full",
    "71s",
    "rate limited, OpenAI asks for no calls to gpt-5.4 for 71 s, for another 1m 11s; " +
    "100% of requests per minute used (500 of 500)",
  ],
  [
    "rate_limited_provider",
    "71s",
    "rate limited, OpenAI answered 429 rate_limit_exceeded for gpt-5.4; 0 of 500 requests left by its count, " +
    "for another 1m 11s; 40% of tokens per minute used (58,420 of 150,000)",
  ],
  [
    "model_full",
    "12s",
    "rate limited, 50 of 50 requests to gpt-5.4 in the last 60 s, for another 12s; " +
    "100% of requests per minute to gpt-5.4 used (50 of 50)",
  ],
  [
    "degraded_upstream",
    "40",
    "degraded, OpenAI answered 5 of the last 6 calls with a server error, for another 30s; " +
    "40% of tokens per minute used (58,420 of 150,000)",
  ],
  [
    "degraded_ledger",
    "40",
    "degraded, Cannot write the ledger data/quota.db: the disk is full. Calls are counted in memory alone; " +
    "40% of tokens per minute used (58,420 of 150,000)",
  ],
];

for (const [state, text, title] of CAUSES) {
  Deno.test(`badge and title promise the end of the cause and no other: ${state}`, () => {
    const shown = badge(FIXTURES[state], AT);
    assertEquals([shown.text, shown.title], [text, `acme: ${title}`]);
  });
}

Deno.test("a limit that is full without a cause says when it opens again", () => {
  const full = withStatus({
    stats: { ...rpm(0), requests_per_minute: meter(500, 500, { available_at: wire(NOW + 9_000) }) },
  });
  assertEquals(badge(full, NOW).title, "acme: 100% of requests per minute used (500 of 500), opens again in 9s");
});

Deno.test("the badge counts down only while calls are refused and the end is known", () => {
  assertEquals(nextChangeIn(withStatus({}), NOW), null);
  assertEquals(nextChangeIn(withStatus({ ...FULL, cause: cause(null) }), NOW), null);
  assertEquals(nextChangeIn(withStatus({ ...FULL, cause: cause(NOW - 1) }), NOW), null);
  const offline = { connection: "offline" } as const;
  assertEquals(nextChangeIn(withStatus({ ...FULL, cause: cause(NOW + 5_000) }, offline), NOW), null);
});

/** Around the change from seconds to minutes. */
const firstMinutes = fc.integer({ min: 60_000, max: 180_000 });
const wholeSeconds = fc.integer({ min: 1, max: 20 * 60 }).map((seconds) => seconds * 1_000);

Deno.test("the countdown keeps its text until the next change", () => {
  fc.assert(fc.property(fc.oneof(fc.integer({ min: 1, max: 20 * 60_000 }), wholeSeconds, firstMinutes), (wait) => {
    const shut = withStatus({ ...FULL, cause: cause(NOW + wait) }, { confirmed_at: NOW + wait });
    const text = (now: number) => badge({ ...shut, confirmed_at: now }, now).text;
    const next = nextChangeIn({ ...shut, confirmed_at: NOW }, NOW) ?? 0;
    assert(next > 0 && next <= 60_000);
    assertEquals(text(NOW + next - 1), text(NOW));
    assert(text(NOW + next) !== text(NOW), `${text(NOW)} still after ${next} ms`);
  }));
});

Deno.test("property: a badge has at most four characters, and is grey for old numbers", () => {
  const connection = fc.constantFrom<View["connection"]>(
    "live",
    "polling",
    "stale",
    "offline",
    "connecting",
    "refused",
  );
  const used = fc.nat(2_000);
  const wait = fc.integer({ min: -100_000, max: 400 * 86_400_000 });
  fc.assert(fc.property(connection, used, wait, fc.nat(120_000), (connection, used, wait, age) => {
    const known = withStatus({ ...FULL, stats: rpm(used), cause: cause(NOW + wait) }, { connection });
    const shown = badge({ ...known, confirmed_at: NOW - age }, NOW);
    assert(shown.text.length <= 4, shown.text);
    if (age >= STALE_AFTER_MS && connection !== "refused") assertEquals(shown.color, GREY);
  }));
});
