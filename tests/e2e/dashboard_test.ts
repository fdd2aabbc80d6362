/** The dashboard in real browsers: signing in, keys, pairing, limits and the audit trail, as people use them. */
import { assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { launchBrowser, type Tab } from "../support/browsers.ts";
import { launchPlainFirefox } from "../support/plain_firefox.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";

const HOSTILE = `<img src=x onerror="document.title='hacked'">`;

const textOf = (tab: Tab, selector: string) =>
  tab.evaluate((selector) => document.querySelector<HTMLElement>(selector)?.innerText ?? "", selector);

const waitForText = (tab: Tab, text: string) => tab.until((text) => document.body.innerText.includes(text), text);

async function signIn(tab: Tab, url: string, key: string): Promise<void> {
  await tab.goto(url);
  await tab.until(() => document.querySelector("input[name=key]"));
  await tab.fill("input[name=key]", key);
  await tab.click("form button[type=submit]");
}

/** Sends a call, which makes its workspace. */
async function call(service: TeamService, key: string, model = "gpt-5.4"): Promise<void> {
  const headers = { "content-type": "application/json", "x-quota-key": key, authorization: "Bearer sk-1" };
  const body = JSON.stringify({ model, messages: [] });
  const response = await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers, body });
  assertEquals(response.status, 200);
  await response.body?.cancel();
}

const launch = (name: "chromium" | "firefox") => name === "firefox" ? launchPlainFirefox() : launchBrowser(name);

for (const name of ["chromium", "firefox"] as const) {
  Deno.test(`${name}: an admin signs in, sees workspaces, makes, rotates and revokes a key, and signs out`, () =>
    withTeamService(async (service) => {
      const { text } = service.create({ kind: "ingest", workspaces: ["acme"], app: HOSTILE, note: HOSTILE });
      await call(service, text);
      await using browser = disposable(await launch(name));
      const tab = await browser.newTab();
      await signIn(tab, service.url, service.keys.wrong!);
      await waitForText(tab, "unknown or revoked");
      await tab.fill("input[name=key]", service.keys.admin!);
      await tab.click("form button[type=submit]");
      await tab.until(() => document.querySelector(".workspace"));
      await waitForText(tab, "1 calls today");
      await makeAndEndKey(tab, service);
      await tab.goto(`${service.url}/?place=audit`);
      await tab.until(() => document.querySelectorAll("tbody tr").length > 5);
      assertStringIncludes(await textOf(tab, "table"), "key_revoked");
      assertStringIncludes(await textOf(tab, "table"), "<img src=x");
      assertEquals(await tab.evaluate(() => document.querySelectorAll("main img").length), 0);
      await tab.click(".foot button");
      await tab.until(() => document.querySelector(".sign-in"));
      assertEquals(await tab.evaluate(async () => (await fetch("api/quota/keys")).status), 401);
    }, {}));

  Deno.test(`${name}: a call shows its cost, one without a price its reason, and the workspace what it spent`, () =>
    withTeamService(async (service) => {
      const { text } = service.create({ kind: "ingest", workspaces: ["acme"] });
      for (const model of ["gpt-5.4", "model-of-tomorrow"]) await call(service, text, model);
      await using browser = disposable(await launch(name));
      const tab = await browser.newTab();
      await signIn(tab, service.url, service.keys.admin!);
      await tab.until(() => document.querySelector(".workspace"));
      await waitForText(tab, "1 call not priced");
      assertMatch(await textOf(tab, ".workspace"), /at least \$0\.0\d* today, 1 call not priced/);
      const minute = (offset_ms: number) => new Date(service.clock.now() + offset_ms).toISOString().slice(0, 16);
      const range = `${minute(-3_600_000)}Z..${minute(3_600_000)}Z`;
      await tab.goto(`${service.url}/?place=attempts&range=${range}`);
      await tab.until(() => document.querySelectorAll("tbody tr").length === 2);
      const table = await textOf(tab, "tbody");
      assertMatch(table, /\$0\.000\d+/);
      assertStringIncludes(table, "not priced");
      assertStringIncludes(table, "no price is known for this model");
    }, {}));

  Deno.test(`${name}: limits are changed for a workspace and a model, and a fault is said`, () =>
    withTeamService(async (service) => {
      await using browser = disposable(await launch(name));
      const tab = await browser.newTab();
      await signIn(tab, `${service.url}/?place=limits&workspace=acme`, service.keys.admin!);
      await tab.until(() => document.querySelector(".limits select"));
      await chooseOwn(tab, "The whole workspace: Requests a minute");
      await tab.until(() => document.querySelector(".limit-cell input"));
      await tab.fill(".limit-cell input", "none");
      await waitForText(tab, "A limit is a whole number from 1.");
      await tab.fill(".limit-cell input", "1,500");
      await tab.fill(".limits .filters input", HOSTILE);
      await tab.click(".limits .filters button");
      await tab.until(() => document.querySelectorAll(".limits fieldset").length === 2);
      await tab.click(".limits button[type=submit]");
      await waitForText(tab, "The limits of acme are in force.");
      const headers = { authorization: `Bearer ${service.keys.admin}` };
      const report = await (await fetch(`${service.url}/api/quota/limits?workspace_id=acme`, { headers })).json();
      assertEquals(report.own, { requests_per_minute: 1500, models: { [HOSTILE]: {} } });
      assertEquals(await tab.evaluate(() => document.title), "Limits · Quota Gauge");
    }, {}));

  Deno.test(`${name}: budgets are set for a workspace and an app, and two admins do not replace each other's unseen`, () =>
    withTeamService(async (service) => {
      await using browser = disposable(await launch(name));
      const tab = await browser.newTab();
      await signIn(tab, `${service.url}/?place=limits&workspace=acme`, service.keys.admin!);
      await tab.until(() => document.querySelector(".limits select"));
      await chooseOwn(tab, "The whole workspace: Budget a day");
      await waitForText(tab, "A budget is an amount of US dollars above 0, such as 20 or 0.05.");
      await tab.fill(".limit-cell input", "1,250.50");
      await tab.evaluate(() => {
        const select = document.querySelector<HTMLSelectElement>(".limits .filters select")!;
        select.value = "apps";
        select.dispatchEvent(new Event("change", { bubbles: true }));
      });
      await tab.fill(".limits .filters input", HOSTILE);
      await tab.click(".limits .filters button");
      await tab.until(() => document.querySelectorAll(".limits fieldset").length === 2);
      const headers = { authorization: `Bearer ${service.keys.admin}`, "content-type": "application/json" };
      const url = `${service.url}/api/quota/limits?workspace_id=acme`;
      const own = async () => (await (await fetch(url, { headers })).json()).own;
      const elsewhere = { method: "PUT", headers, body: JSON.stringify({ requests_per_minute: 7 }) };
      await (await fetch(url, elsewhere)).text();
      await tab.click(".limits button[type=submit]");
      await waitForText(tab, "Your changes are kept");
      assertEquals(await own(), { requests_per_minute: 7 });
      await tab.click(".limits button[type=submit]");
      await waitForText(tab, "The limits of acme are in force.");
      assertEquals(await own(), { budgets: { day: "1250.50" }, apps: { [HOSTILE]: {} } });
      // Typing goes on in the same field: a first change does not make it anew.
      await tab.evaluate(() => document.querySelector<HTMLInputElement>(".limit-cell input")!.focus());
      await tab.fill(".limit-cell input", "9");
      assertEquals(await tab.evaluate(() => document.activeElement?.tagName), "INPUT");
    }, {}));

  Deno.test(`${name}: a pairing code from a QR code's address signs a second browser in, for one workspace`, () =>
    withTeamService(async (service) => {
      await using browser = disposable(await launch(name));
      const tab = await browser.newTab();
      await signIn(tab, `${service.url}/?place=keys&workspace=acme`, service.keys.admin!);
      await tab.until(() => document.querySelector("table"));
      await tab.click(".actions button:nth-of-type(2)");
      await tab.click("dialog button[type=submit]");
      await tab.until(() => document.querySelector(".qr"));
      const code = await textOf(tab, ".code");
      assertEquals(await textOf(tab, "dialog code"), service.url);
      await tab.click("dialog .primary");
      await tab.click(".foot button");
      await tab.until(() => document.querySelector(".sign-in"));
      await tab.goto("about:blank");
      await tab.goto(`${service.url}/#pair=${code}`);
      await tab.until(() => document.querySelector<HTMLInputElement>("input[name=key]")?.value);
      await tab.click("form button[type=submit]");
      await tab.until(() => document.querySelector(".workspace"));
      assertMatch(await textOf(tab, ".grid"), /^acme\n/);
      assertEquals(await tab.evaluate(() => location.hash), "");
    }, {}));
}

async function makeAndEndKey(tab: Tab, service: TeamService): Promise<void> {
  await tab.goto(`${service.url}/?place=keys`);
  await tab.until(() => document.querySelector("table"));
  await tab.click(".actions .primary");
  await tab.until(() => document.querySelector("dialog input[name=workspaces]"));
  await tab.fill("dialog input[name=workspaces]", "acme");
  await tab.fill("dialog input[name=note]", "the new one");
  await tab.click("dialog button[type=submit]");
  const first = await secretOf(tab);
  await call(service, first);
  const id = first.split("_")[2];
  await tab.click("dialog .primary");
  await waitForText(tab, "the new one");
  await tab.click(`button[aria-label="Rotate ${id}"]`);
  await tab.click("dialog button[type=submit]");
  const second = await secretOf(tab);
  await call(service, second);
  await tab.click("dialog .primary");
  await call(service, first);
  await tab.click(`button[aria-label="Revoke ${id}"]`);
  await tab.click("dialog button[type=submit]");
  await waitForText(tab, `Key ${id} is revoked.`);
  const headers = { "x-quota-key": second, authorization: "Bearer sk-1" };
  const response = await fetch(`${service.url}/v1/models`, { headers });
  assertEquals(response.status, 401);
  await response.body?.cancel();
}

async function secretOf(tab: Tab): Promise<string> {
  await tab.until(() => document.querySelector("dialog .copied code"));
  const text = await textOf(tab, "dialog .copied code");
  assertMatch(text, /^qg_ingest_\w+$/);
  return text;
}

async function chooseOwn(tab: Tab, label: string): Promise<void> {
  await tab.evaluate((label) => {
    const select = document.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`)!;
    select.value = "own";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }, label);
}

function disposable<T extends { close(): Promise<void> }>(of: T): T & AsyncDisposable {
  return Object.assign(of, { [Symbol.asyncDispose]: () => of.close() });
}
