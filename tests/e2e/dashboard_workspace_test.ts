/** The dashboard's place of one workspace in real browsers: live limits, charts with tables and files, filters and links. */
import { parse } from "deno-std/csv/parse.js";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { failed, ok, send } from "../api/fixture.ts";
import { run, type Running } from "../api/running.ts";
import { launchBrowser, type Tab } from "../support/browsers.ts";
import { ManualClock } from "../support/clock.ts";
import { launchPlainFirefox } from "../support/plain_firefox.ts";
import { withHeaders } from "../support/upstream_replies.ts";
import { startUpstream } from "../support/upstream.ts";

const HOSTILE = `<img src=x onerror="document.title='hacked'">`;
const HOUR_MS = 3_600_000;

const launch = (name: "chromium" | "firefox") => name === "firefox" ? launchPlainFirefox() : launchBrowser(name);

const waitForText = (tab: Tab, text: string) => tab.until((text) => document.body.innerText.includes(text), text);

/** Texts of all elements that a selector finds. */
const textsOf = (tab: Tab, selector: string) =>
  tab.evaluate(
    (selector) => [...document.querySelectorAll<HTMLElement>(selector)].map((element) => element.innerText),
    selector,
  );

/** A service in personal mode with the calls of two hours: three of them failed, and names that are markup. */
async function withCalls(use: (running: Running) => Promise<void>): Promise<void> {
  const upstream = await startUpstream();
  try {
    const clock = new ManualClock(Date.now() - HOUR_MS);
    await using running = await run({ QUOTA_UPSTREAM_URL: upstream.url, OPENAI_RATE_LIMIT_PER_MINUTE: "20" }, {
      clock,
    });
    const { tracker } = running.service;
    for (let count = 0; count < 4; count++) send(tracker, ok(1000), { app: "nightly" });
    for (let count = 0; count < 2; count++) send(tracker, failed(503, "server_error"), { app: HOSTILE });
    clock.advance(HOUR_MS);
    send(tracker, ok(234), { model: HOSTILE });
    send(tracker, failed(400, "context_length_exceeded", { request_id: "req_of_the_last" }), { model: "gpt-5.4-mini" });
    upstream.reply(withHeaders({ "x-ratelimit-limit-requests": "20", "x-ratelimit-remaining-requests": "5" }));
    await callGateway(running);
    await use(running);
  } finally {
    await upstream.close();
  }
}

async function callGateway({ service }: Running): Promise<void> {
  const headers = { "content-type": "application/json", "x-workspace-id": "acme", authorization: "Bearer sk-1" };
  const body = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "hello" }] });
  const response = await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers, body });
  assertEquals(response.status, 200);
  await response.body?.cancel();
}

for (const name of ["chromium", "firefox"] as const) {
  const test = (title: string, use: (tab: Tab, running: Running) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, () =>
      withCalls(async (running) => {
        const browser = await launch(name);
        try {
          await use(await browser.newTab(), running);
        } finally {
          await browser.close();
        }
      }));

  test("a tile of the overview opens its workspace, whose numbers stay current", async (tab, running) => {
    const { url } = running.service;
    await tab.goto(url);
    await tab.until(() => document.querySelector(".workspace h2 a"));
    await tab.click(".workspace h2 a");
    await tab.until(() => document.querySelectorAll(".chart canvas").length === 6);
    assertStringIncludes(await tab.evaluate(() => location.search), "place=workspace&workspace=acme");
    await waitForText(tab, "75 % used at OpenAI");
    assertStringIncludes((await textsOf(tab, "main > .part table"))[0], "5 of 20");
    const history = await (await fetch(`${url}/api/quota/history?workspace_id=acme`)).json();
    assertEquals([history.totals.attempts, history.totals.failed], [9, 3]);
    const tiles = await textsOf(tab, ".tile .value");
    assertEquals([tiles[0], tiles[3]], ["9", "3"]);
    await tab.goto(`${url}/?place=workspace&workspace=acme&range=1h`);
    await tab.until(() => document.querySelector(".tile .value")?.textContent === "3");
    await callGateway(running);
    await tab.until(() => document.querySelector(".tile .value")?.textContent === "4");
  });

  test("the arrow keys speak each point, and table and CSV have the same numbers", async (tab, { service }) => {
    await tab.goto(`${service.url}/?place=workspace&workspace=acme&by=outcome`);
    await tab.until(() => document.querySelectorAll(".chart canvas").length === 6);
    await press(tab, ["Home", "End"]);
    assertMatch(await spoken(tab), /Succeeded: 2, Failed: 1$/);
    await press(tab, ["ArrowLeft"]);
    assertMatch(await spoken(tab), /Succeeded: 4, Failed: 2$/);
    await press(tab, ["ArrowLeft", "ArrowLeft"]);
    assertMatch(await spoken(tab), /· 0$/);
    await tab.click(".chart summary");
    await tab.until(() => document.querySelectorAll(".chart table tbody tr").length === 2);
    const rows = await tab.evaluate(() =>
      [...document.querySelectorAll<HTMLTableRowElement>(".chart table tbody tr")]
        .map(({ cells }) => [cells[1].innerText, cells[2].innerText])
    );
    assertEquals(rows, [["2", "1"], ["4", "2"]]);
    const csv = await tab.evaluate(async () => {
      const link = document.querySelector<HTMLAnchorElement>(".chart a.csv")!;
      return await (await fetch(link.href)).text();
    });
    const lines = parse(csv, { skipFirstRow: true }).map(({ outcome, attempts }) => `${attempts} ${outcome}`);
    assertEquals(lines, ["4 ok", "2 ok", "2 failed", "1 failed"]);
    await tab.goto(`${service.url}/?place=workspace&workspace=acme&sum=day`);
    await tab.until(() => document.querySelectorAll(".chart canvas").length === 6);
    const units = await textsOf(tab, ".chart figcaption .unit");
    assertEquals(units.map((unit) => unit.split(" · ")[0]), [
      ...Array(3).fill("added up over each day"),
      ...Array(3).fill("per hour"),
    ]);
  });

  test("names are text, a name filters, and the address keeps the view", async (tab, { service }) => {
    await tab.goto(`${service.url}/?place=workspace&workspace=acme`);
    await tab.until(() => document.querySelector(".history .part tbody button.link"));
    assertStringIncludes((await textsOf(tab, ".history .part table"))[0], HOSTILE);
    assertEquals(await tab.evaluate(() => document.querySelectorAll("main img").length), 0);
    await tab.evaluate((name) => {
      const names = [...document.querySelectorAll<HTMLElement>(".history .part button.link")];
      names.find(({ innerText }) => innerText === name)!.click();
    }, HOSTILE);
    await tab.until(() => document.querySelector(".tile .value")?.textContent === "1");
    assertEquals(await tab.evaluate(() => new URLSearchParams(location.search).get("model")), HOSTILE);
    await tab.evaluate(() => {
      document.documentElement.id = "before";
      location.reload();
    });
    await tab.until(() =>
      document.documentElement.id === "" && document.querySelector(".tile .value")?.textContent === "1"
    );
    // The title is set after the first paint.
    await tab.until(() => document.title === "Workspace · Quota Gauge");
  });

  test("a failed attempt has its cause, and its request id leads to the search", async (tab, { service }) => {
    await tab.goto(`${service.url}/?place=workspace&workspace=acme&outcome=failed&model=gpt-5.4-mini&range=1h`);
    await waitForText(tab, "context_length_exceeded");
    await tab.click("td a");
    await tab.until(() => location.search.includes("place=attempts"));
    await waitForText(tab, "context_length_exceeded");
    assertEquals(await tab.evaluate(() => document.querySelectorAll("tbody tr").length), 1);
    assertStringIncludes(await tab.evaluate(() => location.search), "request_id=req_of_the_last");
  });

  test(
    "a time span of the reader's own stays in the address, and one that runs backwards is refused",
    async (tab, { service }) => {
      await tab.goto(`${service.url}/?place=workspace&workspace=acme`);
      await tab.until(() => document.querySelector(".history select"));
      await tab.evaluate(() => {
        const select = document.querySelector<HTMLSelectElement>(".history select")!;
        select.value = "custom";
        select.dispatchEvent(new Event("change", { bubbles: true }));
      });
      await tab.until(() => document.querySelectorAll("input[type=datetime-local]").length === 2);
      assertMatch(await tab.evaluate(() => new URLSearchParams(location.search).get("range") ?? ""), /Z\.\..+Z$/);
      await setTime(tab, 0, "2026-01-02T03:04");
      await setTime(tab, 1, "2026-01-03T03:04");
      await waitForText(tab, "No calls in this time span");
      await setTime(tab, 1, "0002-01-03T03:04");
      assertEquals(await tab.evaluate(() => document.querySelectorAll("input[type=datetime-local]").length), 2);
      await setTime(tab, 1, "2026-01-01T03:04");
      await waitForText(tab, "The end must be after the start.");
      const range = await tab.evaluate(() => new URLSearchParams(location.search).get("range") ?? "");
      const [from, to] = range.split("..").map(Date.parse);
      assert(to - from === 24 * HOUR_MS, range);
      await tab.click(".part-head a");
      await tab.until(() => location.search.includes("place=attempts"));
      await waitForText(tab, "No attempt matches");
      assertEquals(await tab.evaluate(() => new URLSearchParams(location.search).get("range")), range);
    },
  );
}

/** Keys on the first chart, which has the focus. */
async function press(tab: Tab, keys: string[]): Promise<void> {
  await tab.evaluate((keys) => {
    const plot = document.querySelector<HTMLElement>(".chart .plot")!;
    plot.focus();
    for (const key of keys) plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }, keys);
}

const spoken = (tab: Tab) => tab.evaluate(() => document.querySelector(".chart [aria-live]")!.textContent ?? "");

async function setTime(tab: Tab, at: number, value: string): Promise<void> {
  await tab.evaluate(({ at, value }) => {
    const field = document.querySelectorAll<HTMLInputElement>("input[type=datetime-local]")[at];
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }, { at, value });
}
