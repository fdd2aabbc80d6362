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

const UNUSED = { ...rpm(0), requests_per_day: null };

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

function coolDown(until: number): Cause {
  return cause(until, { code: "provider_rate_limit", source: "reported" });
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
  ["without permission", view({ connection: "not_permitted" }), "!", AMBER],
  ["key refused", view({ connection: "key_refused" }), "!", AMBER],
  ["older than the service", withStatus({}, { connection: "outdated" }), "?", GREY],
  ["an unknown status", withStatus({ status: "paused" as "normal" }), "?", GREY],
  ["full, by old numbers", withStatus({ ...FULL, cause: cause(NOW + 12_000) }, { connection: "stale" }), "full", GREY],
  ["offline, with old numbers", withStatus({}, { connection: "offline" }), "off", GREY],
  ["no numbers yet", view({ connection: "connecting" }), "?", GREY],
  ["nothing used", withStatus({ stats: UNUSED }), "", BLUE],
  ["no limits", { ...FIXTURES.no_limits, confirmed_at: NOW }, "", BLUE],
  ["less than one percent", withStatus({ stats: rpm(1) }), "1", BLUE],
  ["just over one percent", withStatus({ stats: rpm(6) }), "2", BLUE],
  ["normal", withStatus({}), "12", BLUE],
  ["over REST", withStatus({}, { connection: "polling" }), "12", BLUE],
  ["warning", withStatus({ status: "warning", stats: rpm(456) }), "92", AMBER],
  ["almost full is not full", withStatus({ status: "warning", stats: rpm(499) }), "99", AMBER],
  ["over the limit, observed", withStatus({ status: "warning", stats: rpm(700) }), "100", AMBER],
  ["full for seconds", withStatus({ ...FULL, cause: cause(NOW + 12_000) }), "12s", RED],
  ["full for minutes", withStatus({ ...FULL, cause: coolDown(NOW + 240_000) }), "4m", RED],
  ["full for the day", withStatus({ ...FULL, status: "quota_exceeded", cause: coolDown(NOW + 6_119_000) }), "1h", RED],
  ["no quota at the provider", withStatus({ status: "quota_exceeded", cause: cause(null) }), "full", RED],
  ["full, and the time has passed", withStatus({ ...FULL, cause: cause(NOW - 1) }), "now", RED],
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
  ["degraded without a number", withStatus({ status: "degraded", stats: UNUSED }), "?", AMBER],
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
  [view({}), "acme · Connecting to 127.0.0.1:8787…"],
  [
    withStatus({ stats: { ...rpm(0), requests_per_minute: meter(50, 500, { reserved: 50 }) } }),
    "acme · 20 % of requests a minute used (100 of 500) · 80 % left, frees up in 12 s",
  ],
  [withStatus({ stats: UNUSED }), "acme · 0 % of requests a minute used (0 of 500) · 100 % left"],
  [
    withStatus({ stats: { ...rpm(0), requests_per_minute: meter(456, 500, { resets_at: wire(NOW - 1) }) } }),
    "acme · 92 % of requests a minute used (456 of 500) · 8 % left, frees up now",
  ],
  [
    view({ connection: "unconfigured" }),
    "Quota Gauge · Not set up · Connect to your team's service to see how much of its limits is used.",
  ],
  [
    withStatus({ ...FULL, cause: cause(NOW + 5_000) }),
    "acme · Full: opens in 5 s · 500 of 500 requests in the last 60 s",
  ],
  [
    withStatus({ status: "warning", stats: rpm(456), cause: cause(NOW + 75_000) }),
    "acme · 92 % of requests a minute used · 500 of 500 requests in the last 60 s · frees up in 1 min 00 s",
  ],
  [withStatus(model(47)), "acme · 94 % of requests a minute to gpt-5.4 used (47 of 50) · 6 % left, frees up in 12 s"],
  [
    withStatus({}, { connection: "offline", problem: "Cannot reach it.", confirmed_at: NOW - 180_000 }),
    "acme · Cannot reach 127.0.0.1:8787 · Cannot reach it. Last known: 12 % of requests a minute used.",
  ],
];

for (const [known, title] of TITLES) {
  Deno.test(`title: ${title}`, () => assertEquals(badge(known, NOW).title, title));
}

const CAUSES: [state: string, text: string, title: string][] = [
  [
    "quota_exceeded_minute_full",
    "full",
    "OpenAI account has no quota left · " +
    "OpenAI refused the last call: insufficient_quota. The account has no credit left",
  ],
  ["cooldown_minute_full", "1m", "Full at OpenAI: opens in 1 min 11 s · OpenAI asks for no calls to gpt-5.4 for 71 s"],
  [
    "rate_limited_provider",
    "1m",
    "Full at OpenAI: opens in 1 min 11 s · " +
    "OpenAI answered 429 rate_limit_exceeded for gpt-5.4; 0 of 500 requests left by its count",
  ],
  ["model_full", "12s", "Full for gpt-5.4: opens in 12 s · 50 of 50 requests to gpt-5.4 in the last 60 s"],
  [
    "warning_provider",
    "98",
    "98 % of OpenAI's requests to gpt-5.4 used · OpenAI reports 12 of 500 requests left for gpt-5.4 · frees up in 6 s",
  ],
  ["nearly_full", "99", "99 % of requests a day used · 9,996 of 10,000 requests today · resets in 14 h 00 min"],
  [
    "degraded_upstream",
    "41",
    "OpenAI has trouble answering · OpenAI answered 5 of the last 6 calls with a server error · " +
    "41 % of tokens a minute used · ends in 30 s",
  ],
  [
    "degraded_ledger",
    "41",
    "Calls cannot be recorded · Cannot write the ledger data/quota.db: the disk is full. " +
    "Calls are counted in memory alone · 41 % of tokens a minute used",
  ],
];

for (const [state, text, title] of CAUSES) {
  Deno.test(`badge and title promise the end of the cause and no other: ${state}`, () => {
    const shown = badge(FIXTURES[state], AT);
    assertEquals([shown.text, shown.title], [text, `acme · ${title}`]);
  });
}

Deno.test("a limit that is full without a cause says when it opens again", () => {
  const full = withStatus({
    stats: { ...rpm(0), requests_per_minute: meter(500, 500, { available_at: wire(NOW + 9_000) }) },
  });
  assertEquals(badge(full, NOW).title, "acme · 100 % of requests a minute used (500 of 500) · 0 % left, opens in 9 s");
});

Deno.test("a limit of a minute never opens in more than a minute, and its badge changes when that is over", () => {
  const late = withStatus({ ...FULL, cause: cause(NOW + 61_500) });
  assertEquals([badge(late, NOW).text, nextChangeIn(late, NOW)], ["1m", 1_501]);
});

Deno.test("the badge counts down only while calls are refused and the end is known", () => {
  assertEquals(nextChangeIn(withStatus({}), NOW), null);
  assertEquals(nextChangeIn(withStatus({ ...FULL, cause: cause(null) }), NOW), null);
  assertEquals(nextChangeIn(withStatus({ ...FULL, cause: cause(NOW - 1) }), NOW), null);
  const offline = { connection: "offline" } as const;
  assertEquals(nextChangeIn(withStatus({ ...FULL, cause: cause(NOW + 5_000) }, offline), NOW), null);
});

/** Around the changes from seconds to minutes, and to hours. */
const changes = fc.integer({ min: -2_000, max: 2_000 }).chain((by) => fc.constantFrom(60_000 + by, 3_600_000 + by));
const wholeSeconds = fc.integer({ min: 1, max: 90 * 60 }).map((seconds) => seconds * 1_000);

Deno.test("the countdown keeps its text until the next change, and is not counted on old numbers", () => {
  fc.assert(fc.property(fc.oneof(fc.integer({ min: 1_000, max: 90 * 60_000 }), wholeSeconds, changes), (wait) => {
    const shut = withStatus({ ...FULL, cause: coolDown(NOW + wait) });
    const text = (now: number) => badge(shut, now).text;
    const next = nextChangeIn(shut, NOW) ?? 0;
    assert(next > 0 && next <= STALE_AFTER_MS);
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
