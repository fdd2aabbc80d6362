/** A view for every state of a surface, all at one fixed instant. */
import { CONTRACT } from "../../shared/contract.ts";
import type { Cause, Meter, ProviderPool, Stats, StatusBody } from "../../shared/quota.ts";
import type { UsageTotals } from "../../shared/usage.ts";
import { EMPTY_VIEW, type View } from "../../shared/view.ts";
import { BUDGET_STATES } from "./budget_fixtures.ts";

/** The present of all fixtures. */
export const AT = Date.parse("2026-11-21T10:00:00.000Z");

/** The instant `seconds` after {@link AT}. */
export function at(seconds: number): string {
  return new Date(AT + seconds * 1000).toISOString();
}

function minute(current: number, limit: number, more: Partial<Meter> = {}): Meter {
  return meter({ current, limit, window: "rolling_60s", resets_at: at(current ? 47 : 0), ...more });
}

function day(current: number, limit: number, more: Partial<Meter> = {}): Meter {
  return meter({ current, limit, window: "calendar_day", resets_at: "2026-11-22T00:00:00.000Z", ...more });
}

function meter(given: Pick<Meter, "current" | "limit" | "window" | "resets_at"> & Partial<Meter>): Meter {
  const { current, limit, reserved = 0 } = given;
  const percentage = limit > 0 ? Math.round((current + reserved) / limit * 1000) / 10 : 100;
  const remaining = Math.max(0, limit - current - reserved);
  return { available_at: null, ...given, reserved, percentage, remaining };
}

const USAGE: UsageTotals = {
  calls: 3_204,
  attempts: 3_251,
  failed: 12,
  estimated_calls: 0,
  input_tokens: 1_284_310,
  cached_input_tokens: 320_000,
  output_tokens: 342_118,
  reasoning_tokens: 88_000,
  total_tokens: 1_626_428,
  since: at(-36_000),
};

const NOTHING: UsageTotals = { ...zero(), since: at(-36_000) };

function zero(): Omit<UsageTotals, "since"> {
  return {
    calls: 0,
    attempts: 0,
    failed: 0,
    estimated_calls: 0,
    input_tokens: 0,
    cached_input_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
    total_tokens: 0,
  };
}

const POOL: ProviderPool = {
  pool: "gpt-5.4",
  requests: { limit: 500, remaining: 12, resets_at: at(51) },
  tokens: { limit: 150_000, remaining: 48_210, resets_at: at(40) },
  observed_at: at(-2),
  used_elsewhere: { requests: 32, tokens: 9_000 },
};

function cause(given: Partial<Cause>): Cause {
  return {
    code: "requests_per_minute",
    message: "456 of 500 requests in the last 60 s",
    source: "counted",
    since: at(-20),
    until: at(47),
    fix: "wait",
    ...given,
  };
}

function status(given: Partial<StatusBody>): StatusBody {
  return {
    contract: CONTRACT,
    workspace_id: "acme",
    status: "normal",
    seq: 4711,
    server_time: at(0),
    cause: null,
    warning_ratio: 0.9,
    stats: {
      requests_per_minute: minute(127, 500),
      requests_per_day: day(3_204, 10_000),
      tokens_per_minute: minute(58_420, 150_000, { reserved: 1_800 }),
      tokens_per_day: null,
    },
    provider: [],
    usage: USAGE,
    ...given,
  };
}

function view(given: Partial<View>): View {
  return {
    ...EMPTY_VIEW,
    connection: "live",
    server_url: "http://127.0.0.1:8787",
    workspace_id: "acme",
    status: status({}),
    confirmed_at: AT - 2_000,
    ...given,
  };
}

const WARNING = status({
  status: "warning",
  cause: cause({}),
  stats: { ...status({}).stats, requests_per_minute: minute(456, 500, { reserved: 3 }) },
});

/** The status of three minutes ago, whose minute has ended. */
const OLD = {
  ...WARNING,
  stats: { ...WARNING.stats, requests_per_minute: minute(456, 500, { reserved: 3, resets_at: at(-143) }) },
};

const LIMITED = status({
  status: "rate_limited",
  cause: cause({ message: "500 of 500 requests in the last 60 s", until: at(12) }),
  stats: { ...status({}).stats, requests_per_minute: minute(500, 500, { available_at: at(12) }) },
});

const NO_STATS: Stats = {
  requests_per_minute: null,
  requests_per_day: null,
  tokens_per_minute: null,
  tokens_per_day: null,
};

const MODEL_NAME = "ft:gpt-5.4-mini-2026-03-05:example-corporation:ticket-router-and-triage:9abcdefg";

/** Two models with limits of their own: one with headroom, and one with the given meter. */
function models(requests_per_minute: Meter): StatusBody["models"] {
  return [
    { model: "gpt-5.4-mini", stats: { ...NO_STATS, tokens_per_minute: minute(21_400, 100_000) } },
    {
      model: "gpt-5.4",
      stats: { ...NO_STATS, requests_per_minute, tokens_per_minute: minute(30_412, 50_000, { reserved: 1_200 }) },
    },
  ];
}

/** Twenty models with limits of their own, from nearly full to unused. */
const MANY_MODELS: StatusBody["models"] = Array.from({ length: 20 }, (_, index) => ({
  model: index === 7 ? MODEL_NAME : `gpt-5.${index}${index % 3 ? "-mini" : ""}`,
  stats: {
    ...NO_STATS,
    requests_per_minute: minute((index * 7) % 43, 50),
    tokens_per_minute: minute(((index * 13) % 20) * 4_100, 100_000),
    requests_per_day: day(index * 90, 5_000),
  },
}));

const OFFLINE = {
  connection: "offline",
  confirmed_at: AT - 190_000,
  retry_at: AT + 12_000,
  problem:
    "Cannot reach http://127.0.0.1:8787: nothing answers there. Start the service, or check the address in the options.",
} as const;

const LONG_NAME = "the-quarterly-forecasting-and-planning-workspace-of-team-zebra-7";

/** Markup that would run or show an element if a name were inserted as HTML. */
export const MARKUP = `<img src=x onerror="document.title='hit'"><b class=hit>bold</b>&amp;`;

/** A view for each state, by name. */
export const FIXTURES: Record<string, View> = {
  unconfigured: { ...EMPTY_VIEW },
  connecting: view({ connection: "connecting", status: null, confirmed_at: null }),
  connecting_cached: view({ connection: "connecting", confirmed_at: AT - 600_000 }),
  connecting_first: { ...EMPTY_VIEW, connection: "connecting" },
  live_normal: view({}),
  live_idle: view({
    status: status({
      stats: {
        requests_per_minute: minute(0, 500),
        requests_per_day: day(0, 10_000),
        tokens_per_minute: minute(0, 150_000),
        tokens_per_day: null,
      },
      usage: NOTHING,
    }),
  }),
  polling: view({ connection: "polling", confirmed_at: AT - 12_000 }),
  warning: view({
    status: {
      ...WARNING,
      provider: [{ ...POOL, requests: { limit: 500, remaining: 52, resets_at: at(51) } }],
    },
  }),
  rate_limited: view({ status: LIMITED }),
  rate_limited_provider: view({
    status: status({
      status: "rate_limited",
      cause: cause({
        code: "provider_rate_limit",
        message: "OpenAI answered 429 rate_limit_exceeded for gpt-5.4; 0 of 500 requests left by its count",
        source: "reported",
        until: at(71),
      }),
      provider: [{ ...POOL, requests: { limit: 500, remaining: 0, resets_at: at(71) } }],
    }),
  }),
  quota_exceeded: view({
    status: status({
      status: "quota_exceeded",
      cause: cause({
        code: "insufficient_quota",
        message: "OpenAI refused the last call: insufficient_quota. The account has no credit left",
        source: "reported",
        since: at(-5_400),
        until: null,
        fix: "billing",
      }),
    }),
  }),
  /** The minute's reset changes nothing: calls fail until the account is paid. */
  quota_exceeded_minute_full: view({
    status: status({
      status: "quota_exceeded",
      cause: cause({
        code: "insufficient_quota",
        message: "OpenAI refused the last call: insufficient_quota. The account has no credit left",
        source: "reported",
        since: at(-30),
        until: null,
        fix: "billing",
      }),
      stats: LIMITED.stats,
    }),
  }),
  /** The provider's cool-down ends later than our own full minute. */
  cooldown_minute_full: view({
    status: status({
      status: "rate_limited",
      cause: cause({
        code: "provider_rate_limit",
        message: "OpenAI asks for no calls to gpt-5.4 for 71 s",
        source: "reported",
        until: at(71),
      }),
      stats: LIMITED.stats,
    }),
  }),
  /** While the ledger fails no call is counted on disk, and no end is known. */
  ledger_failing_model_full: view({
    status: status({
      status: "degraded",
      cause: cause({
        code: "ledger_failing",
        message: "Calls cannot be written to the ledger; see the service's log",
        source: "service",
        until: null,
        fix: "service",
      }),
      models: models(minute(50, 50, { available_at: at(12) })),
    }),
  }),
  day_full: view({
    status: status({
      status: "quota_exceeded",
      cause: cause({
        code: "requests_per_day",
        message: "10,000 of 10,000 requests today",
        since: at(-900),
        until: "2026-11-22T00:00:00.000Z",
        fix: "raise_limit",
      }),
      stats: {
        ...status({}).stats,
        requests_per_day: day(10_000, 10_000, { available_at: "2026-11-22T00:00:00.000Z" }),
      },
    }),
  }),
  model_calm: view({ status: status({ models: models(minute(12, 50)) }) }),
  model_close: view({
    status: status({
      status: "warning",
      cause: cause({ model: "gpt-5.4", message: "47 of 50 requests to gpt-5.4 in the last 60 s" }),
      models: models(minute(46, 50, { reserved: 1 })),
    }),
  }),
  model_full: view({
    status: status({
      status: "rate_limited",
      cause: cause({
        model: "gpt-5.4",
        message: "50 of 50 requests to gpt-5.4 in the last 60 s",
        until: at(12),
      }),
      models: models(minute(50, 50, { available_at: at(12) })),
      provider: [POOL],
    }),
  }),
  model_day_full: view({
    status: status({
      status: "quota_exceeded",
      cause: cause({
        code: "tokens_per_day",
        model: MODEL_NAME,
        message: `2,000,412 of 2,000,000 tokens to ${MODEL_NAME} today`,
        since: at(-900),
        until: "2026-11-22T00:00:00.000Z",
        fix: "raise_limit",
      }),
      models: [{
        model: MODEL_NAME,
        stats: {
          requests_per_minute: minute(3, 50, { reserved: 2 }),
          requests_per_day: day(412, 5_000),
          tokens_per_minute: minute(28_456_789, 30_000_000, { reserved: 123_456 }),
          tokens_per_day: day(2_000_412, 2_000_000, { available_at: "2026-11-22T00:00:00.000Z" }),
        },
      }],
    }),
  }),
  many_models: view({ status: status({ models: MANY_MODELS }) }),
  /** The provider counts more than we do, because of calls elsewhere. */
  used_elsewhere: view({
    status: status({
      provider: [{
        ...POOL,
        requests: { limit: 500, remaining: 253, resets_at: at(51) },
        used_elsewhere: { requests: 120, tokens: 0 },
      }],
    }),
  }),
  /** Only the provider has limits. */
  reported_alone: view({
    status: status({ stats: NO_STATS, provider: [POOL, { ...POOL, pool: "gpt-5.4-mini", used_elsewhere: null }] }),
  }),
  degraded_upstream: view({
    status: status({
      status: "degraded",
      cause: cause({
        code: "upstream_failing",
        message: "OpenAI answered 5 of the last 6 calls with a server error",
        source: "reported",
        until: at(30),
        fix: "upstream",
      }),
      usage: { ...USAGE, failed: 61, estimated_calls: 18 },
    }),
  }),
  degraded_ledger: view({
    status: status({
      status: "degraded",
      cause: cause({
        code: "ledger_failing",
        message: "Cannot write the ledger data/quota.db: the disk is full. Calls are counted in memory alone",
        source: "service",
        since: at(-65),
        until: null,
        fix: "service",
      }),
    }),
  }),
  stale: view({ connection: "stale", status: OLD, confirmed_at: AT - 190_000, retry_at: AT + 4_000 }),
  offline: view({ ...OFFLINE, status: OLD }),
  offline_empty: view({ ...OFFLINE, status: null, confirmed_at: null }),
  refused: view({
    connection: "refused",
    status: null,
    confirmed_at: null,
    problem: 'Cannot show workspace "acme": this service knows no workspace of that name.',
    retry_at: AT + 58_000,
  }),
  not_permitted: view({
    connection: "not_permitted",
    server_url: "https://quota.acme.dev",
    status: null,
    confirmed_at: null,
    problem:
      "The browser does not let the extension reach https://quota.acme.dev yet: open the options, save and allow it.",
  }),
  key_refused: view({
    connection: "key_refused",
    status: null,
    confirmed_at: null,
    problem: "The key was refused: pair this browser again in the options.",
    retry_at: AT + 58_000,
  }),
  outdated: view({
    connection: "outdated",
    status: OLD,
    confirmed_at: AT - 190_000,
    problem: "http://127.0.0.1:8787 is newer than this extension, which cannot read its updates. Update the extension.",
  }),
  /** A newer service sends it; this status is of no known kind. */
  unknown_status: view({ status: status({ status: "paused" as StatusBody["status"] }) }),
  warning_provider: view({
    status: status({
      status: "warning",
      cause: cause({
        code: "provider_requests",
        message: "OpenAI reports 12 of 500 requests left for gpt-5.4",
        source: "reported",
        until: at(6),
      }),
      provider: [POOL, {
        ...POOL,
        pool: "gpt-5.4-mini",
        requests: { limit: 5_000, remaining: 4_100, resets_at: null },
      }],
    }),
  }),
  /** Shares that a rounding could show as full, or as unused. */
  nearly_full: view({
    status: status({
      status: "warning",
      cause: cause({
        code: "requests_per_day",
        message: "9,996 of 10,000 requests today",
        until: "2026-11-22T00:00:00.000Z",
        fix: "raise_limit",
      }),
      stats: {
        ...status({}).stats,
        requests_per_minute: minute(1, 500, { resets_at: at(61) }),
        requests_per_day: day(9_996, 10_000),
      },
    }),
  }),
  ...Object.fromEntries(
    Object.entries(BUDGET_STATES).map(([name, given]) => [name, view({ status: status(given) })]),
  ),
  markup: view({
    workspace_id: MARKUP,
    server_url: `http://127.0.0.1:8787/${MARKUP}`,
    status: status({
      workspace_id: MARKUP,
      status: "warning",
      cause: cause({ model: MARKUP, message: `47 of 50 requests to ${MARKUP}` }),
      models: [{ model: MARKUP, stats: { ...NO_STATS, requests_per_minute: minute(47, 50) } }],
      provider: [{ ...POOL, pool: MARKUP }],
    }),
  }),
  markup_refused: view({
    connection: "refused",
    workspace_id: MARKUP,
    status: null,
    confirmed_at: null,
    problem: `Cannot show workspace "${MARKUP}"`,
  }),
  no_limits: view({
    status: status({ stats: NO_STATS }),
  }),
  over_limit: view({
    status: status({
      status: "warning",
      cause: cause({ message: "612 of 500 requests in the last 60 s; observed, not refused", fix: "raise_limit" }),
      stats: {
        ...status({}).stats,
        requests_per_minute: minute(612, 500, { reserved: 4 }),
        tokens_per_minute: minute(40, 0),
      },
    }),
  }),
  large: view({
    workspace_id: LONG_NAME,
    server_url: "https://quota-gauge.internal.engineering.example-corporation.com:8443",
    clock_offset_ms: 90_000,
    status: status({
      workspace_id: LONG_NAME,
      status: "warning",
      cause: cause({
        code: "requests_per_day",
        message: "999,411 of 999,999 requests today",
        until: null,
      }),
      stats: {
        requests_per_minute: minute(9_214, 30_000, { reserved: 412, resets_at: at(140) }),
        requests_per_day: day(899_999, 999_999, { reserved: 99_412 }),
        tokens_per_minute: minute(28_456_789, 30_000_000, { reserved: 123_456, resets_at: at(140) }),
        tokens_per_day: day(1_204_331_908, 15_000_000_000),
      },
      provider: [
        { ...POOL, tokens: { limit: 30_000_000, remaining: 1_204_331, resets_at: at(140) } },
        { ...POOL, pool: "gpt-5.4-mini-long-context-2026-08-01", requests: null, used_elsewhere: null },
      ],
      usage: { ...USAGE, calls: 899_999, failed: 10_204, input_tokens: 1_104_331_908, estimated_calls: 1 },
    }),
  }),
};
