import { assertEquals } from "../../../tests/support/assert.ts";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import type { StatusBody } from "../../quota.ts";
import { describeProviderLimits } from "./describe_provider_limits.ts";

const { stats, provider: [pool] } = FIXTURES.warning.status as StatusBody;

Deno.test("the lower headroom decides", () => {
  assertEquals(describeProviderLimits(pool, { stats }), [
    { label: "Requests", counted: "41", reported: "12", elsewhere: "32", decides: "reported" },
    { label: "Tokens", counted: "89,780", reported: "48,210", elsewhere: "9,000", decides: "reported" },
  ]);
});

Deno.test("our count decides where it is lower, and neither where they agree", () => {
  const [lower] = describeProviderLimits({ ...pool, requests: { limit: 500, remaining: 300, resets_at: null } }, {
    stats,
  });
  const [same] = describeProviderLimits({ ...pool, requests: { limit: 500, remaining: 41, resets_at: null } }, {
    stats,
  });
  assertEquals([lower.decides, same.decides], ["counted", null]);
});

Deno.test("a limit that was not reported has no row, and unknown use is shown as unknown", () => {
  const rows = describeProviderLimits({ ...pool, requests: null, used_elsewhere: null }, { stats });
  assertEquals(rows.map(({ label, elsewhere }) => [label, elsewhere]), [["Tokens", "unknown"]]);
});

Deno.test("a provider that counts by the day is compared with our day", () => {
  const [row] = describeProviderLimits({ ...pool, requests: { limit: 10_000, remaining: 9_000, resets_at: null } }, {
    stats,
  });
  assertEquals(row.counted, "6,796");
});

Deno.test("without a limit of ours there is nothing to compare", () => {
  const [row] = describeProviderLimits(pool, { stats: { ...stats, requests_per_minute: null } });
  assertEquals([row.counted, row.decides], ["no limit", null]);
});

Deno.test("a model's own limit is what is compared, where it has one", () => {
  const { models } = FIXTURES.model_close.status as StatusBody;
  const rows = describeProviderLimits(pool, { stats, models });
  assertEquals(rows.map(({ counted, decides }) => [counted, decides]), [["3", "counted"], ["18,388", "counted"]]);
  const requests = models!.map((each) => ({ ...each, stats: { ...each.stats, tokens_per_minute: null } }));
  assertEquals(describeProviderLimits(pool, { stats, models: requests })[1].counted, "89,780");
});
