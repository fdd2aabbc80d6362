/** Random views: every connection and status, with shares at the edges of rounding and countdowns at those of units. */
import fc from "fast-check";
import { METER_NAMES } from "../../shared/meters.ts";
import type { Cause, Meter, ProviderPool, StatusBody } from "../../shared/quota.ts";
import { EMPTY_VIEW, type View } from "../../shared/view.ts";
import { NOON, statusBody, wire } from "./statuses.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** Waits around the boundaries of seconds, minutes, hours and days; some are past. */
const wait = fc.oneof(
  fc.integer({ min: -5_000, max: 3 * DAY }),
  fc.integer({ min: -1_500, max: 1_500 }).chain((by) => fc.constantFrom(0, MINUTE, HOUR, 2 * DAY).map((at) => at + by)),
);

/** Used amounts of a limit; many are within one unit of nothing, of full, or of the warning. */
const usage = fc.integer({ min: 1, max: 1_000_000 }).chain((limit) =>
  fc.record({
    limit: fc.constant(limit),
    taken: fc.oneof(fc.integer({ min: 0, max: 2 * limit }), fc.constantFrom(0, 1, limit - 1, limit, limit + 1)),
    reserved: fc.nat(3),
  })
);

function meter(window: Meter["window"]): fc.Arbitrary<Meter> {
  return fc.tuple(usage, wait).map(([{ limit, taken, reserved: most }, ends]) => {
    const reserved = Math.min(most, taken);
    const remaining = Math.max(0, limit - taken);
    const percentage = Math.floor(taken * 1000 / limit) / 10;
    const available_at = remaining === 0 ? wire(NOON + ends) : null;
    const resets_at = wire(NOON + ends + 1_000);
    return { current: taken - reserved, reserved, limit, remaining, percentage, window, resets_at, available_at };
  });
}

const stats = fc.record({
  requests_per_minute: fc.option(meter("rolling_60s")),
  requests_per_day: fc.option(meter("calendar_day")),
  tokens_per_minute: fc.option(meter("rolling_60s")),
  tokens_per_day: fc.option(meter("calendar_day")),
});

const MODELS = ["gpt-5.4", "ft:gpt-5.4-mini:example-corporation:ticket-router:9abcdefg"];

const model = fc.record({ model: fc.constantFrom(...MODELS), stats });

const reported = usage.map(({ limit, taken }) => ({ limit, remaining: Math.max(0, limit - taken), resets_at: null }));

const pool: fc.Arbitrary<ProviderPool> = fc.record({
  pool: fc.constantFrom(...MODELS),
  requests: fc.option(reported),
  tokens: fc.option(reported),
  observed_at: fc.constant(wire(NOON)),
  used_elsewhere: fc.constant(null),
});

const amount = fc.integer({ min: 0, max: 3_000_000_000 }).map((nanos) => (nanos / 1e9).toFixed(9));

const budget: fc.Arbitrary<NonNullable<StatusBody["budgets"]>[number]> = fc.record({
  scope: fc.constantFrom("workspace", "app", "model", "run"),
  name: fc.constantFrom(...MODELS),
  period: fc.constantFrom("day", "week", "month"),
  mode: fc.constantFrom("soft", "hard"),
  spent_usd: amount,
  reserved_usd: amount,
  limit_usd: fc.constantFrom("2.000000000", "0.050000000"),
  percentage: fc.nat(300),
  resets_at: wait.map((ms) => wire(NOON + ms)),
  unpriced_calls: fc.nat(3),
});

const CODES: Cause["code"][] = [
  ...METER_NAMES,
  "budget_day",
  "budget_month",
  "provider_requests",
  "provider_tokens",
  "provider_rate_limit",
  "insufficient_quota",
  "upstream_failing",
  "ledger_failing",
  "of_a_newer_service" as Cause["code"],
];

const cause: fc.Arbitrary<Cause> = fc.record({
  code: fc.constantFrom(...CODES),
  message: fc.constant("A reason"),
  source: fc.constantFrom("counted", "reported", "service"),
  since: fc.constant(wire(NOON - 1_000)),
  until: fc.option(wait.map((ms) => wire(NOON + ms))),
  fix: fc.constantFrom(
    "wait",
    "raise_limit",
    "raise_budget",
    "billing",
    "upstream",
    "service",
    "of_a_newer_service" as Cause["fix"],
  ),
  model: fc.option(fc.constantFrom(...MODELS), { nil: undefined }),
  budget: fc.option(fc.constant<Cause["budget"]>({ scope: "app", name: MODELS[0] }), { nil: undefined }),
});

const status: fc.Arbitrary<StatusBody> = fc.record({
  status: fc.constantFrom(
    "normal",
    "warning",
    "rate_limited",
    "quota_exceeded",
    "degraded",
    "of_a_newer_service" as StatusBody["status"],
  ),
  cause: fc.option(cause),
  stats,
  models: fc.array(model, { maxLength: 2 }),
  budgets: fc.array(budget, { maxLength: 4 }),
  provider: fc.array(pool, { maxLength: 2 }),
}).map(statusBody);

/** A view, as it may be at noon. */
export const randomViews: fc.Arbitrary<View> = fc.record({
  connection: fc.oneof(
    fc.constant<View["connection"]>("live"),
    fc.constantFrom<View["connection"]>(
      "unconfigured",
      "connecting",
      "polling",
      "stale",
      "offline",
      "not_permitted",
      "key_refused",
      "outdated",
      "refused",
    ),
  ),
  status: fc.option(status),
  confirmed_at: fc.option(fc.integer({ min: -90_000, max: 3_000 }).map((age) => NOON + age)),
  clock_offset_ms: fc.constantFrom(0, 0, 3_600_000, -777),
  problem: fc.option(fc.constant("A problem.")),
}).map((given) => ({ ...EMPTY_VIEW, server_url: "https://quota.acme.dev", workspace_id: "acme", ...given }));
