/** Eight hours of the built background and widget, in fake time: nothing grows, and nothing waits where nothing is shown. */
import { type CDPSession, chromium, type Page } from "playwright";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { BUILDS } from "../support/browsers.ts";
import type { Soak } from "./soak/page.ts";

declare const soak: Soak;

const HOURS = 8;

const MINUTE = 60;

/** What the page holds after an hour, between the same events. */
interface Held {
  nodes: number;
  listeners: number;
  heap_kb: number;
  timers: { background: number; widget: number };
}

/** Bytes that the engine's own caches and compiled code may take from the second hour to the eighth. */
const MAX_GROWTH_KB = 400;

Deno.test("8 hours of background and widget: nodes, listeners, timers and memory are flat", async () => {
  await using stack = new AsyncDisposableStack();
  const page = await openPage(stack, { configured: true });
  const session = await page.context().newCDPSession(page);
  const hours: Held[] = [];
  for (let hour = 1; hour <= HOURS; hour++) {
    await liveOneHour(page);
    hours.push(await held(page, session));
  }
  // The first hour compiles and fills caches.
  const [second, last] = [hours[1], hours[HOURS - 1]];
  const { heap_kb, ...counts } = last;
  assertEquals(counts, { nodes: second.nodes, listeners: second.listeners, timers: { background: 1, widget: 1 } });
  assert(heap_kb - second.heap_kb <= MAX_GROWTH_KB, `the heap grew: ${hours.map(({ heap_kb }) => heap_kb)} kB`);
});

Deno.test("a hidden page and an extension that is not set up hold no timer", async (test) => {
  await test.step("the widget's page, hidden while the panel counts down", async () => {
    await using stack = new AsyncDisposableStack();
    const page = await openPage(stack, { configured: true });
    await page.evaluate(() => void (soak.service.state = "rate_limited"));
    await run(page, 1);
    await page.locator(PILL).click();
    await page.evaluate(() => soak.setVisibility("hidden"));
    assertEquals((await counts(page)).widget, 0);
    await run(page, 10);
    assertEquals((await counts(page)).widget, 0);
    await page.evaluate(() => soak.setVisibility("visible"));
    await run(page, 1);
    assert((await counts(page)).widget > 0, "a countdown that is shown counts");
  });
  await test.step("the background without settings", async () => {
    await using stack = new AsyncDisposableStack();
    const page = await openPage(stack, { configured: false });
    await run(page, 10);
    assertEquals((await counts(page)).background, 0);
  });
});

Deno.test("in 1,000 updates a screen reader hears each change of level once, and nothing else", async (test) => {
  const levels = ["live_normal", "warning", "rate_limited", "live_normal", "degraded_upstream"];
  const updates = Array.from({ length: 1_000 }, (_, at) => levels[Math.floor(at / 100) % levels.length]);
  const changes = updates.filter((state, at) => at > 0 && state !== updates[at - 1]).length;
  for (const open of [false, true]) {
    await test.step(open ? "open" : "folded", async () => {
      await using stack = new AsyncDisposableStack();
      const page = await openPage(stack, { configured: true });
      if (open) await page.locator(PILL).click();
      const spoken = await page.evaluate((updates) => soak.spokenDuring(updates), updates);
      assertEquals(spoken.length, changes, spoken.join(" | "));
    });
  }
});

/** The widget's folding button. */
const PILL = "[data-quota-gauge] [aria-expanded]";

/** Each event that the widget and the background meet in a working day. */
async function liveOneHour(page: Page): Promise<void> {
  await run(page, 10);
  await page.locator(PILL).click();
  await showEach(page, ["live_normal", "warning", "rate_limited", "quota_exceeded", "live_normal"]);
  await page.locator(PILL).click();
  await showEach(page, ["warning", "rate_limited", "degraded_upstream", "live_normal"]);
  for (const online of [false, true]) {
    await page.evaluate((online) => void (soak.service.online = online), online);
    await run(page, 4);
  }
  await page.evaluate(() => soak.killBackground());
  await run(page, 5);
  await page.evaluate(() => soak.setVisibility("hidden"));
  await run(page, 20);
  await page.evaluate(() => soak.setVisibility("visible"));
  await run(page, 8);
  assertMatch(await page.locator(PILL).innerText(), /4[01]\s*%/, "the widget shows the present");
}

async function showEach(page: Page, states: string[]): Promise<void> {
  for (const state of states) {
    await page.evaluate((state) => void (soak.service.state = state), state);
    await run(page, 1);
  }
}

/** Lets minutes pass. */
function run(page: Page, minutes: number): Promise<void> {
  return page.evaluate((seconds) => soak.run(seconds), minutes * MINUTE);
}

function counts(page: Page): Promise<Held["timers"]> {
  return page.evaluate(() => soak.timers());
}

async function held(page: Page, session: CDPSession): Promise<Held> {
  await session.send("Performance.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const metric = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return {
    nodes: metric("Nodes"),
    listeners: metric("JSEventListeners"),
    heap_kb: Math.round(metric("JSHeapUsedSize") / 1e3),
    timers: await counts(page),
  };
}

async function openPage(stack: AsyncDisposableStack, { configured }: { configured: boolean }): Promise<Page> {
  const found = await findBrowser("chromium", thisMachine(ROOT));
  if ("fault" in found) throw new Error(`Cannot open a page: ${found.fault}; run npm test, which installs it`);
  const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
  stack.defer(() => browser.close());
  const page = await browser.newPage();
  await page.route(
    "**",
    (route) =>
      route.fulfill({
        contentType: "text/html",
        body: "<!DOCTYPE html><title>Chat</title><main><textarea></textarea></main>",
      }),
  );
  await page.goto("https://chat.test/room");
  await page.addScriptTag({ content: await bundled() });
  const [background, widget, panel] = await Promise.all(
    ["background.js", "widget.js", "panel.js"].map((name) => Deno.readTextFile(`${BUILDS.chromium}/${name}`)),
  );
  await page.evaluate((scripts) => soak.start(scripts), { background, widget, panel, configured });
  return page;
}

async function bundled(): Promise<string> {
  const args = [`${ROOT}/tests/e2e/soak/page.ts`, "--bundle", "--format=iife", "--log-level=error"];
  const { success, stdout, stderr } = await new Deno.Command(`${ROOT}/node_modules/.bin/esbuild`, { args }).output();
  if (!success) throw new Error(`Cannot bundle the soak's page: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
