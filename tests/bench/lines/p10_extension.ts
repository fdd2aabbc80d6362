/** P10: what the extension costs: bytes, the popup's first paint, a page's main thread, timers for nobody. */
import { pathToFileURL } from "node:url";
import type { Page } from "playwright";
import type { Settings } from "../../../extension/state/settings.ts";
import { BUILDS } from "../../support/browsers.ts";
import { weights } from "../../support/extension_weight.ts";
import { backgroundOf, type Bench, configure, openChromium, openOptions } from "../harness/browser.ts";
import { copyBuild } from "../harness/copy_build.ts";
import type { Options } from "../harness/options.ts";
import { type MainThread, type PaintTimes, paintTimes } from "../harness/page_times.ts";
import { startGateway, startUpstream } from "../harness/programs.ts";
import { figure, type Report, type Verdict, verdict } from "../harness/report.ts";
import { median } from "../harness/stats.ts";
import { firedWithin, hide, watchTimers, watchTimersOf } from "../harness/timer_watch.ts";
import { REST_MS, type Threads, widgetThreads } from "../harness/widget_threads.ts";

/** The socket's ping, each 20 s, is the one timer that the background needs. */
const BACKGROUND_MS = 10_000;
const POPUP_MS = 3_000;

export const title = "The extension: size, first paint, main thread, timers";

export async function run({ quick }: Options): Promise<Report> {
  const folder = await Deno.makeTempDir();
  const build = await copyBuild(BUILDS.chromium, { "empty.html": EMPTY });
  const bare = await copyBuild(BUILDS.chromium, { "widget.js": "" });
  const upstream = await startUpstream();
  const gateway = await startGateway({ upstream: upstream.url, folder, env: {} }, "anywhere");
  try {
    await using bench = await openChromium({ build });
    await using floor = await openChromium({ build: bare });
    return await measure(bench, floor, gateway.url, quick ? 5 : 25);
  } finally {
    await Promise.all([gateway.stop(), upstream.stop()]);
    await Promise.all([folder, build, bare].map((path) => Deno.remove(path, { recursive: true })));
  }
}

const EMPTY = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Empty</title></head>
<body><p class="empty">Quota Gauge</p></body></html>`;

async function measure(bench: Bench, floor: Bench, gateway: string, times: number): Promise<Report> {
  const settings = { server_url: gateway, workspace_id: "default", chat_page: "" };
  const options = await connected(bench, settings);
  await post(`${gateway}/v1/chat/completions`);
  const paints = await paintsInTurn(bench, times);
  const bare = await connected(floor, settings);
  const threads = await widgetThreads([{ ...bench, options }, { ...floor, options: bare }], settings, times);
  await Promise.all([options.close(), bare.close()]);
  const sizes = weights(pathToFileURL(`${BUILDS.chromium}/`));
  return {
    verdicts: [
      ...sizes.map(({ name, bytes, most }) => verdict(`${name}, gzipped`, bytes / 1000, `≤ ${most / 1000}`, 1, " kB")),
      ...verdicts(paints, threads),
      await popupTimers(bench),
      await backgroundTimers(bench),
    ],
    tables: [paintTable(paints), threadTable(threads)],
    notes: [
      `First paint: pages in turn, ${times} of each, a new tab every time; the empty page has one line of text`,
      `Main thread: a page with 200 messages that rests for ${REST_MS} ms, then gets the widget and rests as long again`,
      "The empty script is the floor: what the browser itself takes to put any extension's script into a page",
    ],
  };
}

async function connected(bench: Bench, settings: Settings): Promise<Page> {
  const options = await openOptions(bench);
  await configure(options, settings);
  return options;
}

/** An empty page and the popup, in turn, after one of each for warming. */
async function paintsInTurn({ context, browser }: Bench, times: number): Promise<[PaintTimes[], PaintTimes[]]> {
  const empty = () => paintTimes(context, browser.extensionUrl("empty.html"), ".empty");
  const popup = () => paintTimes(context, browser.extensionUrl("popup.html"), "[role=meter]");
  await empty(), await popup();
  const taken: [PaintTimes[], PaintTimes[]] = [[], []];
  for (let turn = 0; turn < times; turn++) taken[0].push(await empty()), taken[1].push(await popup());
  return taken;
}

function verdicts([empty, popup]: PaintTimes[][], { widget }: Threads): Verdict[] {
  const ratios = popup.map(({ first_paint_ms }, turn) => first_paint_ms / empty[turn].first_paint_ms);
  return [
    verdict("popup's first paint against an empty page", median(ratios), "≤ 1.4", 2, " ×"),
    verdict("main thread that the widget adds to a page", median(widget.map(({ all_ms }) => all_ms)), "≤ 5", 1, " ms"),
  ];
}

async function popupTimers({ context, browser }: Bench): Promise<Verdict> {
  const page = await context.newPage();
  await watchTimersOf(page);
  await page.goto(browser.extensionUrl("popup.html"));
  await page.waitForSelector("[role=meter]");
  const seen = await firedWithin(page, POPUP_MS);
  await hide(page);
  const hidden = await firedWithin(page, POPUP_MS);
  await page.close();
  return {
    what: `timers in a hidden popup, ${POPUP_MS / 1000} s`,
    goal: "0",
    seen: `${hidden} (${seen} while it is seen)`,
    met: hidden === 0,
  };
}

async function backgroundTimers({ context }: Bench): Promise<Verdict> {
  const background = await backgroundOf(context);
  await watchTimers(background);
  const fired = await firedWithin(background, BACKGROUND_MS);
  const what = `timers in the background, nothing open, ${BACKGROUND_MS / 1000} s`;
  return { what, goal: "≤ 1, the ping", seen: `${fired}`, met: fired <= 1 };
}

function paintTable(paints: PaintTimes[][]): string[][] {
  const rows = ["empty page", "popup"].map((name, at) => [
    name,
    figure(median(paints[at].map(({ first_paint_ms }) => first_paint_ms)), 1),
    figure(median(paints[at].map(({ shown_ms }) => shown_ms)), 1),
  ]);
  return [["", "first paint, ms", "its numbers there, ms"], ...rows];
}

function threadTable({ rest, widget, floor }: Threads): string[][] {
  const row = (name: string, taken: MainThread[]) => [
    name,
    figure(median(taken.map(({ all_ms }) => all_ms)), 1),
    figure(median(taken.map(({ script_ms }) => script_ms)), 1),
    figure(median(taken.map(({ cpu_ms }) => cpu_ms)), 1),
  ];
  return [
    ["", "main thread, ms", "of it scripts, ms", "processor time of it all, ms"],
    row("at rest", rest),
    row("added by an empty script", floor),
    row("added by the widget", widget),
  ];
}

async function post(url: string): Promise<void> {
  const body = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!response.ok) throw new Error(`Cannot call through the gateway: HTTP ${response.status}`);
  await response.text();
}
