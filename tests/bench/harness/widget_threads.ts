/** Measures the work that the widget adds to a page's main thread, and the work that an empty script adds. */
import type { BrowserContext, Page } from "playwright";
import type { Settings } from "../../../extension/state/settings.ts";
import { configure, openPage } from "./browser.ts";
import { serveChatPage } from "./chat_page.ts";
import { type MainThread, mainThread } from "./page_times.ts";

/** The page has finished its own work after this time, and so has the widget. */
export const REST_MS = 600;

/** The work of an idle page, and the work that the widget and an empty script add. */
export interface Threads {
  rest: MainThread[];
  widget: MainThread[];
  baseline: MainThread[];
}

/** Measures two browsers in turn: the first has the widget, the second an empty script. */
export async function widgetThreads(
  [own, baseline]: { context: BrowserContext; options: Page }[],
  settings: Settings,
  times: number,
): Promise<Threads> {
  await using chat = serveChatPage();
  const taken: Threads = { rest: [], widget: [], baseline: [] };
  for (let turn = -1; turn < times; turn++) {
    const [rest, widget] = await visit(own, settings, chat.port, 1);
    const [baselineRest, empty] = await visit(baseline, settings, chat.port, 0);
    if (turn < 0) continue; // The first turn warms up.
    taken.rest.push(rest, baselineRest),
      taken.widget.push(less(widget, rest)),
      taken.baseline.push(less(empty, baselineRest));
  }
  return taken;
}

/** Measures a page while it is idle, and while the script is added to it. */
async function visit(
  { context, options }: { context: BrowserContext; options: Page },
  settings: Settings,
  port: number,
  widgets: number,
): Promise<[rest: MainThread, act: MainThread]> {
  const chat_page = `http://127.0.0.1:${port}/`;
  const page = await openPage(context, chat_page);
  await page.waitForTimeout(REST_MS);
  const rest = await mainThread(page, REST_MS);
  const act = await mainThread(page, REST_MS, () => configure(options, { ...settings, chat_page }));
  const count = await page.locator("[data-quota-gauge]").count();
  if (count !== widgets) throw new Error(`Cannot measure the widget: ${count} of ${widgets} appeared`);
  await page.close();
  await configure(options, settings);
  return [rest, act];
}

function less(act: MainThread, rest: MainThread): MainThread {
  return {
    all_ms: act.all_ms - rest.all_ms,
    script_ms: act.script_ms - rest.script_ms,
    cpu_ms: act.cpu_ms - rest.cpu_ms,
  };
}
