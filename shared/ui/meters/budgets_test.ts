import { assertEquals } from "../../../tests/support/assert.ts";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { badge } from "../../../extension/badge/badge.ts";
import { describePill } from "../../../extension/widget/describe_pill.ts";
import { consider } from "../../../extension/notices/consider.ts";
import { describeNotice } from "../../../extension/notices/describe_notice.ts";
import { DEFAULT_NOTICE_SETTINGS } from "../../../extension/state/settings.ts";
import { describeStatus } from "../status/describe_status.ts";
import { budgetShare, orderedBudgets } from "./budgets.ts";
import { decisiveLimit, usedShare } from "./decisive_limit.ts";
import { describeBudget } from "./describe_budget.ts";

const statusOf = (state: string) => FIXTURES[state].status!;
const [DAY] = statusOf("budget_normal").budgets!;
const spent = (spent_usd: string, reserved_usd = "0") => budgetShare({ ...DAY, spent_usd, reserved_usd });

Deno.test("a share is 0 only where nothing is used, and 100 only where nothing is left", () => {
  assertEquals([spent("0"), spent("0.000000001"), spent("14.808")], [0, 0.1, 74]);
  assertEquals([spent("19.999999999"), spent("19.5", "0.5"), spent("0.1", "19.9")], [99.9, 100, 100]);
});

Deno.test("the tightest of limits and budgets is the one number of every surface", () => {
  assertEquals(decisiveLimit(statusOf("budget_normal"))?.budget?.period, "month");
  for (const [state, share] of [["budget_normal", 54], ["budget_warning", 93]] as const) {
    const view = FIXTURES[state];
    assertEquals([badge(view, AT).text, describePill(view, AT).now], [`${share}`, `${share} %`]);
    assertEquals(Math.ceil(usedShare(statusOf(state))!), share);
  }
});

Deno.test("headlines name the budget, a spent one says when it opens, and the remedy is to raise it", () => {
  const texts = (state: string) => {
    const { headline, action } = describeStatus(FIXTURES[state], AT);
    return [headline, action?.code];
  };
  assertEquals(texts("budget_warning"), ["93 % of the day's budget used", "budgets"]);
  assertEquals(texts("budget_full"), ["Budget spent: opens in 14 h 00 min", "budgets"]);
  assertEquals(texts("budget_over"), ["100 % of the month's budget of nightly-report used", "budgets"]);
});

Deno.test("a budget's line: spent rounds up, left down, and unpriced calls are told", () => {
  const lines = (state: string) =>
    orderedBudgets(statusOf(state)).map((budget) => {
      const { short, count, left, tone, unpriced } = describeBudget(budget, 0.9);
      return [short, count, left, tone, unpriced].join(" | ");
    });
  assertEquals(lines("budget_normal")[0], "$/d | $8.21 of $20.00 | $11.67 left | ok | ");
  assertEquals(lines("budget_full")[0], "$/d | $19.99 of $20.00 | none left | critical | ");
  assertEquals(lines("budget_over"), [
    "$/mo | $52.38 of $50.00 | $2.38 over | warning | ",
    "$/d | $8.21 of $20.00 | $11.79 left | ok | ",
    "$/wk | $0.0124 of $0.05 | $0.0376 left | ok | ",
    "$/mo | $1,204,331.91 of $9,000,000.00 | $7,795,668.09 left | ok | ",
  ]);
  assertEquals(lines("budget_unpriced")[0].split(" | ")[4], "3 calls have no price: more was spent.");
});

Deno.test("a budget that reaches a level gives one notice in its period", () => {
  const first = consider(null, FIXTURES.budget_normal, DEFAULT_NOTICE_SETTINGS, AT);
  const { state, notice } = consider(first.state, FIXTURES.budget_warning, DEFAULT_NOTICE_SETTINGS, AT);
  assertEquals(notice?.key, "budget_day workspace undefined");
  const { headline, detail } = describeNotice(notice!, FIXTURES.budget_warning, AT);
  assertEquals([headline, detail.split(". ")[0]], ["93 % of the day's budget used", "$1.39 left, resets at Sun 00:00"]);
  assertEquals(consider(state, FIXTURES.budget_warning, DEFAULT_NOTICE_SETTINGS, AT).notice, null);
});
