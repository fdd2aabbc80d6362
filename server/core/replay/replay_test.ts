import fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import type { PreviewedRule } from "../../../shared/budgets/limits_preview.ts";
import { METER_NAMES, type MeterName } from "../../../shared/meters.ts";
import { formatUsd, parseUsd, type UsdNanos, usdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import { isFullLimit } from "../../live/live_store.ts";
import { openMemoryLiveStore } from "../../live/memory/memory_store.ts";
import { budgetPeriods, cachedPeriods } from "../budgets/periods.ts";
import { NO_BUDGETS, type PartBudget } from "../budgets/rules.ts";
import type { RulesInForce } from "../budgets/rules_in_force.ts";
import type { Limits } from "../limits.ts";
import { NO_LIMITS } from "../workspace_limits.ts";
import type { AttemptUse } from "./attempt_use.ts";
import { Replay } from "./replay.ts";

const NOON = Date.parse("2026-11-21T12:00:00.000Z");
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ZONES = ["UTC", "Europe/Berlin", "Pacific/Auckland"];

function usd(text: string): UsdNanos {
  return parseUsd(text)!;
}

interface Change extends Omit<Partial<AttemptUse>, "names" | "started_at_ms">, Partial<AttemptUse["names"]> {
  at?: number;
}

/** An attempt of 100 tokens and one cent at noon. */
function use({ at = 0, app = null, run = null, model = "m", answered = model, ...change }: Change = {}): AttemptUse {
  const plain = { call: null, takes_request: true, tokens: 100, spent: usd("0.01") };
  return { ...plain, ...change, names: { app, run, model, answered }, started_at_ms: NOON + at };
}

interface SomeRules {
  limits?: Partial<Limits>;
  models?: Record<string, Partial<Limits>>;
  budgets?: Partial<RulesInForce["budgets"]>;
  shadow?: Omit<SomeRules, "shadow">;
}

function rules({ shadow, ...own }: SomeRules): RulesInForce {
  const of = ({ limits, models = {}, budgets }: SomeRules) => {
    const byModel = Object.entries(models).map(([name, some]) => [name, { ...NO_LIMITS, ...some }] as const);
    return {
      limits: { limits: { ...NO_LIMITS, ...limits }, models: new Map(byModel) },
      budgets: { ...NO_BUDGETS, ...budgets },
    };
  };
  return { ...of(own), shadow: shadow ? of(shadow) : null, until_ms: Infinity };
}

function budget(amounts: (string | null)[], hard = true): PartBudget {
  return { hard, amounts: amounts.map((amount) => amount === null ? null : usd(amount)) };
}

function replay(some: SomeRules, uses: readonly AttemptUse[], zone = "UTC") {
  const replay = new Replay(rules(some), cachedPeriods(zone));
  for (const each of uses) replay.add(each);
  return replay.body();
}

/** The calls that all rules refuse together, then those of each rule. */
function refusals(some: SomeRules, uses: readonly AttemptUse[], zone?: string): number[] {
  const { refused_calls, rules } = replay(some, uses, zone);
  return [refused_calls, ...rules.map((rule) => rule.refused_calls)];
}

const every = (count: number, step: number, change: Change = {}) =>
  Array.from({ length: count }, (_, n) => use({ ...change, at: n * step }));

for (
  const [title, some, uses, expected] of [
    ["a full minute refuses until its first second has left", { limits: { requests_per_minute: 2 } }, [
      ...[0, 1, 60 * SECOND, 60 * SECOND + 999, 61 * SECOND].map((at) => use({ at })),
    ], [2, 2]],
    ["a refused call takes nothing from later ones", { limits: { tokens_per_minute: 250 } }, [
      use({ tokens: 200 }),
      use({ tokens: 100 }),
      use({ tokens: 50 }),
      use({ tokens: 1 }),
    ], [2, 2]],
    ["one call may have more tokens than a whole limit", { limits: { tokens_per_day: 50 } }, every(2, 1), [1, 1]],
    ["a day ends at midnight", { limits: { requests_per_day: 1 } }, every(3, 11 * HOUR), [1, 1]],
    [
      "a budget refuses the call that would pass it, and not a cheaper one",
      {
        budgets: { workspace: budget(["0.05", null, null]) },
      },
      [use({ spent: usd("0.04") }), use({ spent: usd("0.02") }), use(), use({ spent: ZERO_USD })],
      [2, 2],
    ],
    ["a soft budget lets calls pass", { budgets: { workspace: budget(["0.02", null, null], false) } }, [
      ...every(5, MINUTE),
    ], [0, 3]],
    [
      "a shadow rule counts the calls that the others let pass or refuse",
      {
        limits: { requests_per_day: 3 },
        shadow: { limits: { requests_per_day: 2 }, budgets: { workspace: budget(["0.01", null, null]) } },
      },
      every(5, MINUTE),
      [2, 2, 3, 4],
    ],
    [
      "a call that two rules refuse is one refused call",
      {
        limits: { requests_per_minute: 1, requests_per_day: 1 },
      },
      every(2, SECOND),
      [1, 1, 1],
    ],
    [
      "an attempt that takes no request is counted, and never refused",
      {
        limits: { requests_per_minute: 1, tokens_per_minute: 150 },
      },
      [use(), use({ takes_request: false }), use()],
      [1, 1, 1],
    ],
    [
      "a model's limit covers its snapshots, and both of its names",
      { models: { "gpt-5.4": { requests_per_day: 1 } } },
      [
        use({ model: "gpt-5.4" }),
        use({ model: "gpt-5.4-2026-03-05" }),
        use({ model: "our-name", answered: "gpt-5.4-2026-03-05" }),
        use({ model: "gpt-5.4-mini" }),
        use({ model: null }),
      ],
      [2, 2],
    ],
    ["each app, or run, without a budget of its own has that of *", {
      budgets: {
        apps: new Map([["bot", budget([null, null, null])], ["*", budget(["0.01", null, null])]]),
        runs: new Map([["*", budget(["0.02", null, null])]]),
      },
    }, [
      ...["bot", "bot", "a", "b", "a", null].map((app) => use({ app })),
      ...["one", "one", "one", "two", null].map((run) => use({ run })),
    ], [2, 1, 1]],
  ] as [string, SomeRules, AttemptUse[], number[]][]
) {
  Deno.test(title, () => assertEquals(refusals(some, uses), expected));
}

Deno.test("the retries of a refused call are refused with it, and a call counts once in each rule", () => {
  const tight = { limits: { requests_per_minute: 2 }, budgets: { workspace: budget(["0.01", null, null], false) } };
  const retried = [0, 1, 2, 100].map((s) => use({ call: "one", at: s * SECOND }));
  // The third attempt is refused, and so is the fourth, although its minute has room.
  assertEquals(refusals(tight, retried), [1, 1, 1]);
  // The refused ones left room for another call.
  assertEquals(refusals(tight, [...retried, use({ at: 101 * SECOND }), use({ at: 102 * SECOND })]), [1, 1, 3]);
});

Deno.test("attempts before those in question fill windows, and are not refused", () => {
  const some = rules({ limits: { requests_per_day: 2 }, budgets: { workspace: budget([null, null, "0.02"]) } });
  const replay = new Replay(some, cachedPeriods("UTC"));
  for (const at of [-DAY, -HOUR, -HOUR]) replay.precede(use({ at }));
  assertEquals(replay.body().rules.map(({ highest, highest_at }) => [highest, highest_at]), [[0, null], [
    "0.000000000",
    null,
  ]]);
  replay.add(use());
  const { refused_calls, rules: [day, month] } = replay.body();
  assertEquals([refused_calls, day.refused_calls, month.refused_calls], [1, 1, 1]);
  assertEquals([day.highest, month.highest, month.highest_at], [3, "0.040000000", "2026-11-21T12:00:00.000Z"]);
});

Deno.test("the first instant that counts is that of the longest window", () => {
  const from = (some: SomeRules) => new Date(new Replay(rules(some), cachedPeriods("Europe/Berlin")).windowsFrom(NOON));
  assertEquals(from({}).toISOString(), "2026-11-21T12:00:00.000Z");
  assertEquals(from({ limits: { tokens_per_minute: 1 } }).toISOString(), "2026-11-21T11:59:00.000Z");
  assertEquals(from({ limits: { tokens_per_day: 1 } }).toISOString(), "2026-11-20T23:00:00.000Z");
  const week = { workspace: budget([null, "1", null]) };
  assertEquals(from({ budgets: week }).toISOString(), "2026-11-15T23:00:00.000Z");
  const month = { runs: new Map([["*", budget([null, null, "1"])]]) };
  assertEquals(from({ shadow: { budgets: month } }).toISOString(), "2026-10-31T23:00:00.000Z");
});

Deno.test("the highest use is that of all calls, also of those that are refused", () => {
  const { rules: [minute, day] } = replay(
    { limits: { requests_per_minute: 1 }, budgets: { apps: new Map([["*", budget(["0.01", null, null])]]) } },
    [...every(4, SECOND, { app: "a" }), use({ app: "b", at: HOUR })],
  );
  assertEquals([minute.highest, minute.highest_at], [4, "2026-11-21T12:00:03.000Z"]);
  assertEquals([day.name, day.highest], ["*", "0.040000000"]);
});

Deno.test("days of 23 and 25 hours, weeks and months begin where their zone says", () => {
  for (const zone of ZONES) {
    for (const day of ["2026-03-29", "2026-10-25", "2026-04-05", "2026-09-27", "2027-01-31", "2026-12-31"]) {
      const noon = Date.parse(`${day}T12:00:00Z`);
      const { starts_ms, ends_ms } = budgetPeriods(noon, zone);
      for (const period of [0, 1, 2]) {
        const at = [starts_ms[period] - 1, starts_ms[period], ends_ms[period] - 1, ends_ms[period]];
        const amounts = [null, null, null].map((_, n) => n === period ? "0.01" : null);
        const uses = at.map((at) => use({ at: at - NOON }));
        assertEquals(refusals({ budgets: { workspace: budget(amounts) } }, uses, zone), [1, 1]);
        if (period === 0) assertEquals(refusals({ limits: { requests_per_day: 1 } }, uses, zone), [1, 1]);
      }
    }
  }
});

const names = fc.record({
  app: fc.constantFrom("bot", "other", null),
  run: fc.constantFrom("nightly", "daily", null),
  model: fc.constantFrom("gpt-5.4", "gpt-5.4-2026-03-05", "our-name", null),
  answered: fc.constantFrom("gpt-5.4-2026-03-05", "o5", null),
});

const uses: fc.Arbitrary<AttemptUse[]> = fc.array(
  fc.record({
    names,
    wait_ms: fc.oneof(fc.nat(3 * SECOND), fc.nat(3 * MINUTE), fc.nat(2 * DAY)),
    call: fc.constantFrom("one", "two", null, null),
    takes_request: fc.constantFrom(true, true, true, false),
    tokens: fc.nat(300),
    spent: fc.bigInt({ min: 0n, max: 30n }).map((cents) => usdNanos(cents * 10_000_000n)),
  }),
  { maxLength: 60 },
).map((steps) => {
  let at_ms = NOON;
  return steps.map(({ wait_ms, ...step }) => ({ ...step, started_at_ms: at_ms += wait_ms }));
});

const limits: fc.Arbitrary<Partial<Limits>> = fc.record({
  requests_per_minute: fc.constantFrom(1, 2, 4, null),
  requests_per_day: fc.constantFrom(2, 5, null),
  tokens_per_minute: fc.constantFrom(200, 500, null),
  tokens_per_day: fc.constantFrom(300, 1000, null),
});

const parts: fc.Arbitrary<PartBudget> = fc.record({
  hard: fc.boolean(),
  // The limits file has no budget without any amount.
  amounts: fc.tuple(...[1, 2, 3].map(() => fc.constantFrom(null, usd("0.1"), usd("0.5"), usd("1"))))
    .filter((amounts) => amounts.some((amount) => amount !== null)),
});

const someRules = fc.record({
  limits,
  models: fc.record({ "gpt-5.4": limits, o5: limits }),
  budgets: fc.record({
    workspace: fc.option(parts),
    models: fc.record({ "gpt-5.4": parts, "our-name": parts }).map((record) => new Map(Object.entries(record))),
    apps: fc.record({ bot: parts, "*": parts }).map((record) => new Map(Object.entries(record))),
    runs: fc.record({ "*": parts }).map((record) => new Map(Object.entries(record))),
  }),
});

/** Covers an attempt, by a definition of its own: `*` needs to know which names have a budget. */
function covers(rule: PreviewedRule, named: ReadonlySet<string>, use: AttemptUse): string | false {
  const { app, run, model, answered } = use.names;
  if (rule.scope === "workspace") return "all";
  if (rule.scope === "model") {
    return [model, answered].some((name) => name === rule.name || name === `${rule.name}-2026-03-05`) && "all";
  }
  const name = rule.scope === "app" ? app : run;
  if (name === null) return false;
  return (rule.name === "*" ? !named.has(name) : name === rule.name) && name;
}

/** A replay that keeps all attempts in arrays, and adds each window up anew. */
function naive(known: readonly PreviewedRule[], attempts: readonly AttemptUse[], zone: string) {
  const passed: AttemptUse[] = [];
  const refused = new Set<AttemptUse["call"] | AttemptUse>();
  const seen = known.map((rule) => ({ rule, calls: new Set<unknown>(), highest: 0n, at: null as string | null }));
  const sum = (rule: PreviewedRule, uses: readonly AttemptUse[], now: AttemptUse) => {
    const alike = known.filter(({ scope, mode }) => {
      return scope === rule.scope && (mode === "shadow") === (rule.mode === "shadow");
    });
    const named = new Set(alike.map(({ name }) => name!));
    const key = covers(rule, named, now);
    const isIn = ({ started_at_ms: at }: AttemptUse) => {
      if (rule.rule.endsWith("_minute")) return Math.floor(now.started_at_ms / 1000) - Math.floor(at / 1000) < 61;
      const period = ["budget_week", "budget_month"].indexOf(rule.rule) + 1;
      const [a, b] = [at, now.started_at_ms].map((ms) => budgetPeriods(ms, zone).starts_ms[period]);
      return a === b;
    };
    const inside = uses.filter((use) => covers(rule, named, use) === key && isIn(use));
    return key === false ? null : inside.reduce((sum, use) => sum + amountOf(rule, use), 0n);
  };
  for (const [n, attempt] of attempts.entries()) {
    const call = attempt.call ?? attempt;
    const isRetry = refused.has(call);
    let passes = !isRetry;
    for (const state of seen) {
      const { rule } = state;
      const used = sum(rule, passed, attempt);
      if (used === null) continue;
      const limit = typeof rule.limit === "string" ? usd(rule.limit) : BigInt(rule.limit);
      const over = used + (rule.rule.startsWith("requests") ? 1n : amountOf(rule, attempt)) > limit;
      const full = rule.rule.startsWith("tokens") ? over && used > 0n : over || used >= limit;
      if (full && !isRetry && attempt.takes_request) {
        state.calls.add(call);
        if (rule.mode === "hard") passes = false;
      }
      const highest = sum(rule, attempts.slice(0, n + 1), attempt)!;
      if (highest <= state.highest) continue;
      [state.highest, state.at] = [highest, new Date(attempt.started_at_ms).toISOString()];
    }
    if (passes) passed.push(attempt);
    else refused.add(call);
  }
  const body = seen.map(({ rule, calls, highest, at }): PreviewedRule => ({
    ...rule,
    refused_calls: calls.size,
    highest: typeof rule.limit === "string" ? formatUsd(usdNanos(highest)) : Number(highest),
    highest_at: at,
  }));
  return { refused_calls: refused.size, rules: body };
}

function amountOf({ rule }: PreviewedRule, { takes_request, tokens, spent }: AttemptUse): bigint {
  if (rule.startsWith("requests")) return takes_request ? 1n : 0n;
  return rule.startsWith("tokens") ? BigInt(tokens) : spent;
}

Deno.test("property: a replay equals one that keeps all attempts in arrays, in any zone", () => {
  fc.assert(
    fc.property(
      someRules,
      fc.option(someRules, { nil: undefined }),
      uses,
      fc.constantFrom(...ZONES),
      (own, shadow, uses, zone) => {
        const found = replay({ ...own, shadow }, uses, zone);
        assertEquals(found, naive(found.rules, uses, zone));
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("property: every rule that is set is in the result, with its limit", () => {
  fc.assert(fc.property(someRules, ({ limits, models, budgets }) => {
    const set = (limits: Partial<Limits>) => METER_NAMES.flatMap((name: MeterName) => limits[name] ?? []);
    const { workspace, apps, runs } = budgets;
    const money = [...(workspace ? [workspace] : []), ...budgets.models.values(), ...apps.values(), ...runs.values()];
    const amounts = money.flatMap(({ amounts }) => amounts.filter((amount) => amount !== null).map(formatUsd));
    const expected = [...set(limits), ...Object.values(models).flatMap(set), ...amounts];
    assertEquals(replay({ limits, models, budgets }, []).rules.map(({ limit }) => limit), expected);
  }));
});

Deno.test("property: limits refuse the calls that the live counters refuse, where each call ends immediately", () => {
  fc.assert(fc.property(someRules, uses, fc.constantFrom(...ZONES), ({ limits, models }, attempts, zone) => {
    const live = openMemoryLiveStore(zone);
    const slot = live.open("acme");
    const { limits: in_force } = rules({ limits, models });
    const uses = attempts.map((use) => ({ ...use, call: null, takes_request: true }));
    const refused = uses.filter(({ names: { model, answered }, tokens, started_at_ms: now_ms }) => {
      const hold = live.reserve(slot, { model, answered, tokens, now_ms, limits: in_force, enforce: true });
      if (isFullLimit(hold)) return true;
      live.settle(hold, { model, answered, tokens, now_ms });
      return false;
    });
    assertEquals(replay({ limits, models }, uses, zone).refused_calls, refused.length);
  }));
});
