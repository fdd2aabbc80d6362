/** Measures pages in a real Chromium: time to paint, and work of the main thread. */
import type { BrowserContext, CDPSession, Page } from "playwright";
import { openPage } from "./browser.ts";

/** Milliseconds since the start of the navigation. */
export interface PaintTimes {
  first_paint_ms: number;
  /** When an element matched `selector`. */
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

/** Milliseconds of work on a page's main thread. */
export interface MainThread {
  /** Wall-clock time: on a busy machine it includes the time of other processes. */
  all_ms: number;
  script_ms: number;
  /** Processor time of the thread. */
  cpu_ms: number;
}

/** Measures a page during `act` and the following `ms`. */
export async function mainThread(page: Page, ms: number, act = () => Promise.resolve()): Promise<MainThread> {
  const wall = await meter(page, "timeTicks");
  const cpu = await meter(page, "threadTicks");
  await act();
  await page.waitForTimeout(ms);
  const [wallTime, cpuTime] = [await wall(), await cpu()];
  return { all_ms: wallTime("TaskDuration"), script_ms: wallTime("ScriptDuration"), cpu_ms: cpuTime("TaskDuration") };
}

/** Starts measuring. The returned function stops, and its result maps a Chromium metric to milliseconds. */
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
