/** The form of limits in real browsers: temporary raises, rules that are only observed, and faults by field. */
import type { Page } from "playwright";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { launchBrowser, type Tab } from "../support/browsers.ts";
import { launchPlainFirefox } from "../support/plain_firefox.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { assertClean, limitsOf, SMALL, withLimits, ZONE } from "./limits_page.ts";

const HOUR_MS = 3_600_000;
const HOSTILE = `<img src=x onerror="document.title='hacked'">`;

for (const name of ["chromium", "firefox"] as const) {
  Deno.test(`${name}: raises and observed rules are added, shown again, and removed`, () =>
    withTeamService(async (service) => {
      await limitsOf(service, { requests_per_minute: 300 });
      const browser = name === "firefox" ? await launchPlainFirefox() : await launchBrowser(name);
      try {
        const tab = await browser.newTab();
        await tab.goto(`${service.url}/?place=limits&workspace=acme`);
        await tab.until(() => document.querySelector("input[name=key]"));
        await tab.fill("input[name=key]", service.keys.admin!);
        await tab.click("form button[type=submit]");
        await press(tab, "Add a raise");
        await tab.until(() => document.activeElement?.matches("input[type=datetime-local]"));
        await set(tab, "input[type=datetime-local]", "2099-01-01T10:30");
        await choose(tab, "Raise until", ": Requests a minute", "900");
        await choose(tab, "Raise until", ": Budget a month", "1,000.50");
        await press(tab, "Add observed rules");
        await choose(tab, "Observed only: The whole workspace", ": Tokens a day", "5,000");
        await tab.fill("section:last-of-type .filters input", HOSTILE);
        await tab.click("section:last-of-type .filters button");
        await choose(tab, `Observed only: ${HOSTILE}`, ": Budget a day", "0,05");
        await tab.click(".limits button[type=submit]");
        await tab.until(() => document.body.innerText.includes("The limits of acme are in force."));
        const raise = {
          until: await tab.evaluate(() => new Date(2099, 0, 1, 10, 30).toISOString()),
          requests_per_minute: 900,
          month: "1000.50",
        };
        const shadow = { tokens_per_day: 5000, models: { [HOSTILE]: { budgets: { day: "0.05" } } } };
        assertEquals((await limitsOf(service)).own, { requests_per_minute: 300, raises: [raise], shadow });
        await tab.goto(`${service.url}/?place=limits&workspace=acme`);
        await tab.until(() => document.querySelector("input[type=datetime-local]"));
        const shown = () => document.querySelector<HTMLInputElement>("input[type=datetime-local]")!.value;
        assertEquals(await tab.evaluate(shown), "2099-01-01T10:30");
        await press(tab, "Remove this raise");
        await tab.until(() => document.activeElement?.textContent === "Add a raise");
        await press(tab, "Remove all observed rules");
        await tab.click(".limits button[type=submit]");
        await tab.until(() => document.body.innerText.includes("The limits of acme are in force."));
        assertEquals((await limitsOf(service)).own, { requests_per_minute: 300 });
        assertEquals(await tab.evaluate(() => document.title), "Limits · Quota Gauge");
      } finally {
        await browser.close();
      }
    }, {}));
}

for (const name of ["chromium", "firefox"] as const) {
  Deno.test(`${name}: before limits are saved, the form shows the calls of the last 7 days that they would have refused`, () =>
    withTeamService(async (service) => {
      await limitsOf(service, { requests_per_minute: 300 });
      for (let count = 0; count < 3; count++) await call(service);
      service.clock.advance(60_000);
      const browser = name === "firefox" ? await launchPlainFirefox() : await launchBrowser(name);
      try {
        const tab = await browser.newTab();
        await tab.goto(`${service.url}/?place=limits&workspace=acme`);
        await tab.until(() => document.querySelector("input[name=key]"));
        await tab.fill("input[name=key]", service.keys.admin!);
        await tab.click("form button[type=submit]");
        await choose(tab, "The whole workspace", ": Requests a day", "1");
        const sentence =
          "With these limits 2 of 3 calls of the last 7 days would have been refused; with the limits in force, 0.";
        await tab.until((text) => document.querySelector("[aria-live=polite]")?.textContent === text, sentence);
        const row = await tab.evaluate(() => document.querySelector<HTMLElement>(".effect tbody tr")!.innerText);
        for (const text of ["Requests a day", "The whole workspace", "10,000", "0 refused", "2 refused"]) {
          assertStringIncludes(row, text);
        }
        assertEquals((await limitsOf(service)).own, { requests_per_minute: 300 });
      } finally {
        await browser.close();
      }
    }, {}));
}

/** Sends a call of the workspace. */
async function call(service: TeamService): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "x-quota-key": service.keys.ingest!,
    authorization: "Bearer sk-1",
  };
  const body = JSON.stringify({ model: "gpt-5.4", messages: [] });
  const response = await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers, body });
  assertEquals(response.status, 200);
  await response.body?.cancel();
}

/** Presses the last button with a text, once it is there. */
async function press(tab: Tab, text: string): Promise<void> {
  await tab.until(
    (text) => [...document.querySelectorAll("button")].some((button) => button.textContent === text),
    text,
  );
  await tab.evaluate(
    (text) => [...document.querySelectorAll("button")].findLast((button) => button.textContent === text)!.click(),
    text,
  );
}

async function set(tab: Tab, selector: string, value: string): Promise<void> {
  await tab.evaluate(({ selector, value }) => {
    const field = document.querySelector<HTMLInputElement>(selector)!;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, { selector, value });
}

/** Chooses a value of its own for the rule whose label begins and ends so, and types it. */
async function choose(tab: Tab, start: string, end: string, value: string): Promise<void> {
  const [first, last] = [start, end].map((text) => CSS_ESCAPED(text));
  const select = `select[aria-label^="${first}"][aria-label$="${last}"]`;
  await tab.until((select) => document.querySelector(select), select);
  await tab.evaluate((select) => {
    const field = document.querySelector<HTMLSelectElement>(select)!;
    field.value = "own";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }, select);
  const input = `select[aria-label^="${first}"][aria-label$="${last}"] + span > input`;
  await tab.until((input) => document.querySelector(input), input);
  await tab.fill(input, value);
}

const CSS_ESCAPED = (text: string) => text.replaceAll('"', '\\"');

Deno.test("a raise is made by the keyboard alone, in the zone of the reader", () =>
  withLimits(ZONE, {}, async (page, service) => {
    await page.getByText("in your time zone, America/St_Johns").waitFor();
    await page.getByRole("button", { name: "Add a raise" }).press("Enter");
    await page.locator("input[type=datetime-local]:focus").waitFor();
    await page.keyboard.type("123120980900PM");
    await page.getByText("Raise until Dec 31, 2098, 9:00 PM").waitFor();
    const limit = page.getByLabel(": Requests a day").and(page.getByLabel("Raise until"));
    await limit.selectOption("none");
    await page.getByRole("button", { name: "Save the limits" }).press("Enter");
    await page.getByText("The limits of acme are in force.").waitFor();
    const raises = [{ until: "2099-01-01T00:30:00.000Z", requests_per_day: null }];
    assertEquals((await limitsOf(service)).own, { raises });
  }));

Deno.test("a raise that has ended is shown as such, and keeps its seconds while other fields change", () => {
  const until = new Date(Date.now() - 50 * HOUR_MS).toISOString();
  return withLimits(ZONE, { raises: [{ until, day: "40" }] }, async (page, service) => {
    await page.getByText("Raise that ended").waitFor();
    await page.getByText("It has ended and changes nothing.").waitFor();
    await assertClean(page, "ended");
    await page.getByLabel("The whole workspace: Requests a day").selectOption("none");
    await page.getByRole("button", { name: "Save the limits" }).click();
    await page.getByText("The limits of acme are in force.").waitFor();
    assertEquals((await limitsOf(service)).own, { raises: [{ until, day: "40" }], requests_per_day: null });
  });
});

Deno.test("faults are said below their fields, saving goes to the first of them, and discarding removes them", () => {
  const shadow = { apps: { nightly: { budgets: { day: "5" } } } };
  return withLimits(SMALL, { shadow }, async (page, service) => {
    await page.getByRole("button", { name: "Add a raise" }).click();
    await page.locator("input[type=datetime-local]").fill("");
    await page.getByText("Choose a day and a time.").waitFor();
    await page.getByLabel("Raise without a time: Tokens a minute").selectOption("own");
    await page.getByText("A limit is a whole number from 1.").waitFor();
    const observed = page.getByLabel("Observed only: App nightly: Budget a day, US dollars");
    await observed.fill("five");
    await page.getByText("A budget is an amount of US dollars above 0").waitFor();
    assertEquals(await observed.getAttribute("aria-invalid"), "true");
    assertStringIncludes(
      await describedBy(page, "Observed only: App nightly: Budget a day, US dollars"),
      "A budget is",
    );
    await assertClean(page, "faults");
    await page.getByRole("button", { name: "Save the limits" }).click();
    await page.locator("input[type=datetime-local]:focus").waitFor();
    assertEquals((await limitsOf(service)).own, { shadow });
    await page.getByRole("button", { name: "Discard" }).click();
    await page.locator("input[type=datetime-local]").waitFor({ state: "detached" });
    assertEquals(await observed.inputValue(), "5");
    assertEquals(await page.locator("[aria-invalid=true]").count(), 0);
  });
});

Deno.test("what is typed in a raise or for an app stays when the one before it is removed", () => {
  const apps = { first: { budgets: { day: "1" } }, second: { budgets: { day: "2" } } };
  const raises = [1, 2].map((hours) => ({ until: new Date(Date.now() + hours * HOUR_MS).toISOString(), day: "40" }));
  return withLimits(ZONE, { raises, apps }, async (page) => {
    const amounts = page.getByLabel(": Budget a day, US dollars").and(page.getByLabel("Raise until"));
    await amounts.nth(1).fill("77,");
    await page.getByRole("button", { name: "Remove this raise" }).first().click();
    await page.locator("input[type=datetime-local]").nth(1).waitFor({ state: "detached" });
    assertEquals(await amounts.first().inputValue(), "77,");
    const second = page.getByLabel("App second: Budget a day, US dollars");
    await second.fill("22,");
    await page.getByRole("button", { name: "Remove the limits of first" }).click();
    await page.getByLabel("App first").first().waitFor({ state: "detached" });
    assertEquals(await second.inputValue(), "22,");
  });
});

function describedBy(page: Page, label: string): Promise<string> {
  return page.getByLabel(label).evaluate((field) =>
    document.getElementById(field.getAttribute("aria-describedby")!)!.textContent!
  );
}
