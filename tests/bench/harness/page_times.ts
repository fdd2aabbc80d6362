/** What pages cost in a real Chromium: until they paint, and on their main thread. */
import type { BrowserContext, CDPSession, Page } from "playwright";
import { openPage } from "./browser.ts";

/** Milliseconds from the navigation's start. */
export interface PaintTimes {
  first_paint_ms: number;
  /** When what `selector` finds was there. */
  shown_ms: number;
}

/** Opens `url` in a new tab. */
export async function paintTimes(context: BrowserContext, url: string, selector: string): Promise<PaintTimes> {
  const page = await openPage(context, url);
  const times = await page.evaluate(async (selector) => {
    const frame = () => new Promise(requestAnimationFrame);
    const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    let shown_ms: number | undefined;
    while (painted() === undefined || shown_ms === undefined) {
      if (document.querySelector(selector)) shown_ms ??= performance.now();
      await frame();
    }
    return { first_paint_ms: painted(), shown_ms };
  }, selector);
  await page.close();
  return times;
}

/** Milliseconds of a page's main thread. */
export interface MainThread {
  all_ms: number;
  script_ms: number;
}

/** What a page spends within `ms` from now, in which `act` may happen to it. */
export async function mainThread(page: Page, ms: number, act = () => Promise.resolve()): Promise<MainThread> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const before = await metrics(session);
  await act();
  await page.waitForTimeout(ms);
  const after = await metrics(session);
  await session.detach();
  const spent = (name: string) => ((after.get(name) ?? NaN) - (before.get(name) ?? NaN)) * 1000;
  return { all_ms: spent("TaskDuration"), script_ms: spent("ScriptDuration") };
}

async function metrics(session: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await session.send("Performance.getMetrics");
  return new Map(metrics.map(({ name, value }) => [name, value]));
}
