/** What the widget adds to a page's main thread, beside what any extension's script adds. */
import type { BrowserContext, Page } from "playwright";
import type { Settings } from "../../../extension/state/settings.ts";
import { configure, openPage } from "./browser.ts";
import { serveChatPage } from "./chat_page.ts";
import { type MainThread, mainThread } from "./page_times.ts";

/** What the widget does after a page's load is over by then. */
export const REST_MS = 600;

/** What a page spends at rest, with the widget coming to it, and with an empty script coming in the widget's place. */
export interface Threads {
  rest: MainThread[];
  widget: MainThread[];
  floor: MainThread[];
}

/** The first browser has the widget, the second an empty script; they are measured in turn. */
export async function widgetThreads(
  [own, floor]: { context: BrowserContext; options: Page }[],
  settings: Settings,
  times: number,
): Promise<Threads> {
  await using chat = serveChatPage();
  const taken: Threads = { rest: [], widget: [], floor: [] };
  for (let turn = -1; turn < times; turn++) {
    const [rest, widget] = await visit(own, settings, chat.port, 1);
    const [restOfFloor, empty] = await visit(floor, settings, chat.port, 0);
    if (turn < 0) continue; // For warming.
    taken.rest.push(rest, restOfFloor),
      taken.widget.push(less(widget, rest)),
      taken.floor.push(less(empty, restOfFloor));
  }
  return taken;
}

/** A page at rest, and the same page while a script comes to it. */
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
  const came = await page.locator("quota-gauge").count();
  if (came !== widgets) throw new Error(`Cannot measure the widget: ${came} came, of ${widgets}`);
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
