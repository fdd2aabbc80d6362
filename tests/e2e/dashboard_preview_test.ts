/** Before limits are saved, the form shows what they would have done: its states, with answers that the test gives. */
import type { Page, Route } from "playwright";
import type { LimitsPreview, PreviewedRule } from "../../shared/budgets/limits_preview.ts";
import { assertEquals } from "../support/assert.ts";
import { assertClean, limitsOf, SMALL, withLimits, ZONE } from "./limits_page.ts";

const PREVIEW = "**/api/quota/limits/preview*";
const HOSTILE = `<img src=x onerror="document.title='hacked'">${"x".repeat(150)}`;

function rule(limit: number | string, refused_calls: number, more: Partial<PreviewedRule> = {}): PreviewedRule {
  const highest_at = "2026-11-20T10:20:00.000Z";
  return {
    scope: "workspace",
    rule: "requests_per_minute",
    mode: "hard",
    limit,
    refused_calls,
    highest: 303,
    highest_at,
    ...more,
  };
}

const BUDGET = { scope: "run", name: HOSTILE, rule: "budget_day", highest: "1.720000000" } as const;

const ANSWER: LimitsPreview = {
  workspace_id: "acme",
  from: "2026-11-14T10:00:00.000Z",
  to: "2026-11-21T10:00:00.000Z",
  is_complete: true,
  calls: 40_112,
  current: { refused_calls: 3, rules: [rule(300, 3), rule(200, 41, { mode: "shadow" })] },
  proposed: {
    refused_calls: 128,
    rules: [rule(250, 128), rule(200, 41, { mode: "shadow" }), rule("1.500000000", 7, { ...BUDGET, mode: "soft" })],
  },
};

/** Changes a limit of the form; `answer` answers each preview that is asked for. */
async function change(page: Page, limit: string, answer: (route: Route) => void): Promise<void> {
  await page.unroute(PREVIEW);
  await page.route(PREVIEW, answer);
  await page.getByLabel("The whole workspace: Requests a minute").last().fill(limit);
}

for (const look of [ZONE, SMALL]) {
  Deno.test(`${look.viewport?.width ?? 1280} px: the effect of limits, with the states that it has`, () =>
    withLimits(look, { requests_per_minute: 300 }, async (page) => {
      await page.getByText("Change a limit to see which calls it would have refused.").waitFor();
      const hangs = Promise.withResolvers<void>();
      await change(page, "299", (route) => void hangs.promise.then(() => route.fulfill({ json: ANSWER })));
      await page.getByText("Comparing with the calls of the last 7 days…").waitFor();
      await assertClean(page, "loading");
      hangs.resolve();
      const sentence =
        "With these limits 128 of 40,112 calls of the last 7 days would have been refused; with the limits in force, 3.";
      await page.locator("[aria-live=polite]", { hasText: sentence }).waitFor();
      await page.getByText("Calls that were refused at the time are not among them").waitFor();
      const rows = await page.locator(".effect tbody tr").allInnerTexts();
      const cells = rows.map((row) => row.split(/\s*\n\s*|\t/).filter((line) => line !== ""));
      assertEquals(["300", "3 refused", "250", "128 refused"].every((text) => cells[0].includes(text)), true, rows[0]);
      assertEquals(
        ["No rule", "$1.50", "7 past it, only warned", `Run ${HOSTILE}`].every((text) => cells[1].includes(text)),
        true,
        rows[1],
      );
      assertEquals(cells[2].filter((text) => text === "41 past it, only counted").length, 2);
      await assertClean(page, "an effect");
      await change(page, "298", (route) => void route.fulfill({ json: { ...ANSWER, is_complete: false } }));
      await page.getByText("Not every earlier attempt could be compared").waitFor();
      await assertClean(page, "incomplete");
      await change(page, "297", (route) => void route.fulfill({ json: { ...ANSWER, calls: 0 } }));
      await page.getByText("No calls of the last 7 days are known").waitFor();
      assertEquals(await page.locator(".effect").count(), 0);
      await change(page, "296", (route) => void route.abort());
      await page.getByText("Cannot reach").waitFor();
      await assertClean(page, "offline");
      const problem = { code: "preview_failed", detail: "The attempts cannot be read." };
      await change(page, "295", (route) => void route.fulfill({ status: 503, json: problem }));
      await page.getByText("The attempts cannot be read.").waitFor();
      await assertClean(page, "an error");
      await page.unroute(PREVIEW);
      await page.route(PREVIEW, (route) => route.fulfill({ json: ANSWER }));
      await page.getByRole("button", { name: "Retry now" }).click();
      await page.getByText(sentence).waitFor();
      assertEquals(await page.title(), "Limits · Quota Gauge");
    }));
}

Deno.test("the effect is asked for once typing stops, of what is typed then, and typing on cancels it", () =>
  withLimits(ZONE, { requests_per_minute: 300 }, async (page, service) => {
    const asked: unknown[] = [];
    const cancelled = Promise.withResolvers<void>();
    page.on("requestfailed", (request) => request.url().includes("/preview") && cancelled.resolve());
    await page.route(PREVIEW, (route) => {
      asked.push(route.request().postDataJSON());
      // The first question has no answer.
      if (asked.length > 1) void route.fulfill({ json: ANSWER });
    });
    const field = page.getByLabel("The whole workspace: Requests a minute").last();
    const first = page.waitForRequest(PREVIEW);
    await field.press("End");
    await field.pressSequentially("000");
    await first;
    await field.fill("25x");
    await cancelled.promise;
    await page.getByText("Correct the marked fields to see the effect.").waitFor();
    await field.fill("250");
    await page.getByText("With these limits 128 of").waitFor();
    assertEquals(asked, [{ requests_per_minute: 300_000 }, { requests_per_minute: 250 }]);
    await page.getByRole("button", { name: "Save the limits" }).click();
    await page.getByText("Change a limit to see").waitFor();
    assertEquals((await limitsOf(service)).own, { requests_per_minute: 250 });
    assertEquals(asked.length, 2);
  }));

Deno.test("while other limits are compared, the rules that are shown are marked as those of before", () =>
  withLimits(ZONE, { requests_per_minute: 300 }, async (page) => {
    await change(page, "250", (route) => void route.fulfill({ json: ANSWER }));
    await page.locator(".effect").waitFor();
    await change(page, "240", () => {});
    await page.locator(".effect.outdated").waitFor();
    await page.getByText("Comparing with the calls").waitFor();
    assertEquals(await page.getByText("With these limits 128 of").count(), 0);
  }));
