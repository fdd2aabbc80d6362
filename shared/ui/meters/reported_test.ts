import { assertEquals } from "../../../tests/support/assert.ts";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import type { ProviderPool, StatusBody } from "../../quota.ts";
import { elsewhereText, reportedText, reportedTitle, wholeShare } from "./describe_reported.ts";
import { reportedFor, reportedShare, unmatchedReports } from "./reported.ts";
import { metersOf } from "./tightest.ts";

const STATUS = FIXTURES.warning.status as StatusBody;
const [POOL] = STATUS.provider;

/** The reports of each meter, as `name model: remaining`, then those without one. */
function matched(more: Partial<StatusBody>): string[] {
  const status = { ...STATUS, ...more };
  const pairs = metersOf(status).flatMap((of) => {
    const report = reportedFor(of, status);
    return report ? [`${of.name} ${of.model ?? ""}: ${report.limit.remaining}`] : [];
  });
  return [...pairs, ...unmatchedReports(status).map(({ pool, unit }) => `none: ${unit} of ${pool}`)];
}

const requests = (limit: number, remaining: number): ProviderPool["requests"] => ({
  limit,
  remaining,
  resets_at: null,
});

const CASES: [name: string, more: Partial<StatusBody>, pairs: string[]][] = [
  ["the workspace's minute, where the model has no limits", {}, [
    "requests_per_minute : 52",
    "tokens_per_minute : 48210",
  ]],
  ["the model's own limit, where it has one", { models: FIXTURES.model_close.status!.models }, [
    "requests_per_minute gpt-5.4: 52",
    "tokens_per_minute gpt-5.4: 48210",
  ]],
  ["our day, where only the day has the same limit", {
    provider: [{ ...POOL, requests: requests(10_000, 9_000), tokens: null }],
  }, ["requests_per_day : 9000"]],
  ["the fullest of several pools", {
    provider: [
      { ...POOL, tokens: null },
      { ...POOL, pool: "o5", requests: requests(500, 3), tokens: null },
      { ...POOL, pool: "o6", requests: requests(500, 400), tokens: null },
    ],
  }, ["requests_per_minute : 3"]],
  ["none, where we have no such limit", {
    stats: FIXTURES.no_limits.status!.stats,
    provider: [POOL],
  }, ["none: requests of gpt-5.4", "none: tokens of gpt-5.4"]],
  ["nothing, where nothing was reported", { provider: [{ ...POOL, requests: null, tokens: null }] }, []],
];

for (const [name, more, pairs] of CASES) {
  Deno.test(`a report belongs to ${name}`, () => assertEquals(matched(more), pairs));
}

const report = (more: Partial<Parameters<typeof reportedText>[0]> = {}) => ({
  pool: "gpt-5.4",
  unit: "requests" as const,
  limit: { limit: 500, remaining: 12, resets_at: null },
  elsewhere: 120,
  observed_at: POOL.observed_at,
  ...more,
});

Deno.test("a report in words: share, pool where it is not known, age on the service's clock", () => {
  assertEquals(reportedText(report(), true), "98 % used at OpenAI");
  assertEquals(reportedText(report(), false), "98 % used at OpenAI by gpt-5.4");
  assertEquals(reportedTitle(report(), 5_000, AT), "gpt-5.4, reported 7 s ago");
});

Deno.test("use elsewhere is told where there is some, and not while it is unknown", () => {
  const told = [120, 9_000, 0, null].map((elsewhere) => elsewhereText(report({ elsewhere })));
  assertEquals(told, ["used elsewhere: 120", "used elsewhere: 9,000", "", ""]);
});

Deno.test("a reported share is rounded as our own, and stays on its bar", () => {
  const shares = [[500, 500], [500, 499], [10_000, 1], [500, 0], [0, 0], [500, 600]].map(([limit, remaining]) => {
    const of = report({ limit: { limit, remaining, resets_at: null } });
    return [wholeShare(of), reportedShare(of)];
  });
  assertEquals(shares, [[0, 0], [1, 0.2], [99, 99.99], [100, 100], [100, 100], [0, 0]]);
});
