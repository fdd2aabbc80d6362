/** Each place and state of the dashboard in real Chromium: rules of axe, no sideways scrolling, and nothing from elsewhere. */
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { launchPlainChromium } from "../support/plain_chromium.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { run } from "../api/running.ts";

const LOOKS: BrowserContextOptions[] = [
  { locale: "en", colorScheme: "light", viewport: { width: 1920, height: 1080 } },
  { locale: "de", colorScheme: "dark", viewport: { width: 360, height: 740 } },
  { locale: "ar", colorScheme: "light", viewport: { width: 820, height: 900 } },
];

/** What each place shows when its data is there. */
const PLACES = {
  overview: ".grid li",
  workspace: ".chart canvas",
  attempts: "tbody tr",
  limits: "form.limits",
  keys: "table",
  audit: "table",
};

async function assertClean(page: Page, state: string): Promise<void> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const broken = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  assertEquals([state, ...broken], [state]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert(overflow <= 0, `${state}: ${overflow} px too wide`);
}

async function signIn(page: Page, service: TeamService, kind: string): Promise<void> {
  await page.goto(`${service.url}/`);
  await page.locator("input[name=key]").fill(service.keys[kind]!);
  await page.locator("form button[type=submit]").click();
  await page.locator(".frame").waitFor();
}

async function withBrowser(use: (browser: Browser, service: TeamService) => Promise<void>): Promise<void> {
  await withTeamService(async (service) => {
    const browser = await launchPlainChromium();
    try {
      await use(browser, service);
    } finally {
      await browser.close();
    }
  }, {});
}

for (const look of LOOKS) {
  const title = `${look.locale}, ${look.colorScheme}, ${look.viewport!.width} px`;
  Deno.test(`every place is clean: ${title}`, () =>
    withBrowser(async (browser, service) => {
      const page = await (await browser.newContext(look)).newPage();
      const headers = { "x-quota-key": service.keys.ingest!, authorization: "Bearer sk-1" };
      await (await fetch(`${service.url}/v1/models`, { headers })).body?.cancel();
      const elsewhere: string[] = [];
      const faults: string[] = [];
      page.on("request", (request) => request.url().startsWith(service.url) || elsewhere.push(request.url()));
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(`${service.url}/`);
      await page.locator("form").waitFor();
      await assertClean(page, "sign in");
      await signIn(page, service, "admin");
      assertEquals(await page.evaluate(() => document.documentElement.lang), look.locale);
      for (const [place, ready] of Object.entries(PLACES)) {
        await page.goto(`${service.url}/?place=${place}&workspace=acme&range=30d`);
        await page.locator(ready).first().waitFor();
        await assertClean(page, place);
      }
      await page.goto(`${service.url}/?place=keys`);
      await page.locator(".actions .primary").click();
      await page.locator("dialog[open]").waitFor();
      await assertClean(page, "dialog");
      assertEquals([elsewhere, faults], [[], []]);
    }));
}

Deno.test("other states: a place for admins, a filter that leaves nothing, loading, offline, and a refused page", () =>
  withBrowser(async (browser, service) => {
    const context = await browser.newContext({ locale: "en" });
    const page = await context.newPage();
    await signIn(page, service, "read");
    await page.locator("nav a", { hasText: "Keys" }).click();
    await page.getByText("Only admins see this").waitFor();
    await assertClean(page, "needs an admin");
    await page.goto(`${service.url}/?name=nothing-like-this`);
    await page.getByText("No workspace matches").waitFor();
    await assertClean(page, "empty");
    const answers = Promise.withResolvers<void>();
    await page.route("**/api/quota/workspaces**", async (route) => {
      await answers.promise;
      await route.abort();
    });
    await page.goto(`${service.url}/`);
    await page.getByText("Loading…").waitFor();
    await assertClean(page, "loading");
    answers.resolve();
    await page.getByText("Cannot reach").waitFor();
    await assertClean(page, "offline");
    await page.unroute("**/api/quota/workspaces**");
    await page.getByRole("button", { name: "Retry now" }).click();
    await page.locator(".workspace").first().waitFor();
    assertEquals(await page.locator(".banner").count(), 0);
  }));

Deno.test("states of a workspace: loading, offline, a span that is refused, no calls, all filters, and the table of a chart", () =>
  withBrowser(async (browser, service) => {
    const headers = { "x-quota-key": service.keys.ingest!, authorization: "Bearer sk-1" };
    await (await fetch(`${service.url}/v1/models`, { headers })).body?.cancel();
    const page = await (await browser.newContext({ locale: "en", viewport: { width: 360, height: 740 } })).newPage();
    await signIn(page, service, "read");
    const place = `${service.url}/?place=workspace&workspace=acme`;
    const answers = Promise.withResolvers<void>();
    await page.route(/api\/quota\/(status|history|attempts)/, async (route) => {
      await answers.promise;
      await route.abort();
    });
    await page.goto(place);
    await page.locator(".charts .ghost").first().waitFor();
    await assertClean(page, "loading");
    answers.resolve();
    await page.getByText("Cannot reach").waitFor();
    await assertClean(page, "offline");
    await page.unroute(/api\/quota\/(status|history|attempts)/);
    await page.getByRole("button", { name: "Retry now" }).click();
    await page.locator(".history").waitFor();
    await page.goto(`${place}&range=2015-01-01T00:00Z..2026-01-01T00:00Z`);
    await page.getByText("more than 2000 steps").waitFor();
    await assertClean(page, "refused");
    await page.goto(`${place}&range=2026-01-01T00:00Z..2026-01-02T00:00Z`);
    await page.getByText("No calls in this time span").waitFor();
    await assertClean(page, "empty");
    await page.goto(`${place}&range=30d&endpoint=models&outcome=ok&outcome=failed&by=none`);
    await page.locator(".chart summary").first().click();
    await page.locator(".chart table").waitFor();
    assertEquals(await page.locator(".chips button").count(), 3);
    await assertClean(page, "filters and table");
    await page.goto(`${service.url}/?place=workspace&workspace=another`);
    await page.getByText("The service refused this request").first().waitFor();
    await assertClean(page, "a workspace of others");
  }));

Deno.test("a search that needs several answers shows what it has found, and is empty only at its end", () =>
  withBrowser(async (browser, service) => {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await signIn(page, service, "admin");
    const headers = { "x-quota-key": service.keys.ingest!, authorization: "Bearer sk-1" };
    await (await fetch(`${service.url}/v1/models`, { headers })).body?.cancel();
    // The service answers the third request; those before it have found nothing yet.
    const cursors: (string | null)[] = [];
    const third = Promise.withResolvers<void>();
    await page.route(/api\/quota\/attempts\?/, async (route) => {
      const url = new URL(route.request().url());
      cursors.push(url.searchParams.get("cursor"));
      const next = [`${Date.now() + 86_400_002}-0`, `${Date.now() + 86_400_001}-0`][cursors.length - 1];
      if (next) return await route.fulfill({ json: { data: [], next_cursor: next } });
      await third.promise;
      await route.continue();
    });
    await page.goto(`${service.url}/?place=attempts&range=30d`);
    await page.locator(".more button[aria-disabled=true]").waitFor();
    assertEquals(await page.getByText("No attempt matches").count(), 0);
    await assertClean(page, "searching");
    third.resolve();
    await page.locator("tbody tr").first().waitFor();
    assertEquals([cursors.length, cursors[0], new Set(cursors).size], [3, null, 3]);
    assertEquals(await page.locator(".more").count(), 0);
    await page.unroute(/api\/quota\/attempts\?/);
    await page.goto(`${service.url}/?place=attempts&range=30d&run=none`);
    await page.getByText("No attempt matches").waitFor();
  }));

Deno.test("a keyboard reaches the page, walks a table and sorts it, and the address keeps the view", () =>
  withBrowser(async (browser, service) => {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await signIn(page, service, "admin");
    await page.goto(`${service.url}/?place=keys`);
    await page.locator("table").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assertEquals(await page.evaluate(() => document.activeElement!.id), "page");
    await page.locator("tbody tr").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    assert(await page.evaluate(() => document.activeElement!.matches("tr:last-child")));
    await page.getByRole("button", { name: "Kind" }).press("Enter");
    assertStringIncludes(page.url(), "sort=kind");
    const kinds = () => page.locator("tbody td:nth-child(2)").allInnerTexts();
    assertEquals((await kinds())[0], "Admin");
    await page.reload();
    await page.locator("table").waitFor();
    assertEquals((await kinds())[0], "Admin");
    await page.keyboard.press("Tab");
  }));

Deno.test("a session whose key is revoked comes back to the sign-in", () =>
  withBrowser(async (browser, service) => {
    const { text, id } = service.create({ kind: "admin", workspaces: [] });
    service.keys.other = text;
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await signIn(page, service, "other");
    service.revoke(id);
    // The overview asks for its numbers again by itself.
    await page.locator(".sign-in").waitFor();
  }));

Deno.test("in personal mode it opens without a key, and 200 workspaces are there within 300 ms", async () => {
  await using running = await run();
  const url = `http://${running.host}`;
  for (let count = 0; count < 200; count++) {
    const body = JSON.stringify({ id: `reservation-${count}`, workspace_id: `team-${count}`, tokens: 100 + count });
    const headers = { "content-type": "application/json" };
    await (await fetch(`${url}/api/quota/reservations`, { method: "POST", headers, body })).body?.cancel();
  }
  const browser = await launchPlainChromium();
  try {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    const times: number[] = [];
    for (let count = 0; count < 7; count++) {
      await page.goto(url);
      await page.locator(".workspace").nth(200).waitFor({ state: "attached" });
      times.push(await page.evaluate(() => performance.getEntriesByName("workspaces-shown")[0].startTime));
    }
    assert(Math.min(...times) < 300, `${times.map(Math.round)} ms`);
  } finally {
    await browser.close();
  }
});

Deno.test("the first view is small in every language, as it is sent: at most 60 kB, without the code of charts", async () => {
  await using running = await run();
  await (await fetch(`http://${running.host}/v1/models`)).body?.cancel();
  const browser = await launchPlainChromium();
  try {
    const sizes: Record<string, number> = {};
    for (const locale of ["en", "de", "fr", "es", "ja", "zh", "ar"]) {
      const page = await (await browser.newContext({ locale })).newPage();
      await page.goto(`http://${running.host}`);
      await page.locator(".workspace").first().waitFor();
      const sent = await page.evaluate(() =>
        [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
          .map((entry) => entry as PerformanceResourceTiming)
          .filter(({ name }) => !name.includes("/api/"))
          .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize }))
      );
      assertEquals(sent.filter(({ name }) => name.includes("/plot-")), []);
      sizes[locale] = sent.reduce((sum, { bytes }) => sum + bytes, 0);
    }
    assert(Object.values(sizes).every((bytes) => bytes > 10_000 && bytes <= 60 * 1024), JSON.stringify(sizes));
  } finally {
    await browser.close();
  }
});
