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
  /** By the clock on the wall: on a busy machine it holds what others took meanwhile. */
  all_ms: number;
  script_ms: number;
  /** What the thread itself had of a processor. */
  cpu_ms: number;
}

/** What a page spends within `ms` from now, in which `act` may happen to it. */
export async function mainThread(page: Page, ms: number, act = () => Promise.resolve()): Promise<MainThread> {
  const wall = await meter(page, "timeTicks");
  const cpu = await meter(page, "threadTicks");
  await act();
  await page.waitForTimeout(ms);
  const [spent, burnt] = [await wall(), await cpu()];
  return { all_ms: spent("TaskDuration"), script_ms: spent("ScriptDuration"), cpu_ms: burnt("TaskDuration") };
}

/** Starts to measure; what it returns ends it, and tells the milliseconds of one of Chromium's metrics. */
async function meter(page: Page, timeDomain: "timeTicks" | "threadTicks") {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain });
  const before = await metrics(session);
  return async () => {
    const after = await metrics(session);
    await session.detach();
    return (name: string) => ((after.get(name) ?? NaN) - (before.get(name) ?? NaN)) * 1000;
  };
}

async function metrics(session: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await session.send("Performance.getMetrics");
  return new Map(metrics.map(({ name, value }) => [name, value]));
}
