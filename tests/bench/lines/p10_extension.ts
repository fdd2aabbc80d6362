/** P10: the costs of the extension: its size, the popup's first paint, work of a page's main thread, timers. */
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

/** The ping of the socket, every 20 s, is the only timer that the background needs. */
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
    await using baseline = await openChromium({ build: bare });
    return await measure(bench, baseline, gateway.url, quick ? 5 : 25);
  } finally {
    await Promise.all([gateway.stop(), upstream.stop()]);
    await Promise.all([folder, build, bare].map((path) => Deno.remove(path, { recursive: true })));
  }
}

const EMPTY = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Empty</title></head>
<body><p class="empty">Quota Gauge</p></body></html>`;

async function measure(bench: Bench, baseline: Bench, gateway: string, times: number): Promise<Report> {
  const settings = { server_url: gateway, workspace_id: "default", chat_page: "" };
  const options = await connected(bench, settings);
  await post(`${gateway}/v1/chat/completions`);
  const paints = await paintsInTurn(bench, times);
  const bare = await connected(baseline, settings);
  const threads = await widgetThreads([{ ...bench, options }, { ...baseline, options: bare }], settings, times);
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
      `First paint: ${times} of each page in turn, always in a new tab; the empty page has one line of text`,
      `Main thread: a page with 200 messages is idle for ${REST_MS} ms, then gets the widget and is idle as long again`,
      "The empty script is the baseline: the browser's own work to add a script of an extension to a page",
    ],
  };
}

async function connected(bench: Bench, settings: Settings): Promise<Page> {
  const options = await openOptions(bench);
  await configure(options, settings);
  return options;
}

/** Measures an empty page and the popup in turn, after one of each to warm up. */
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
    verdict("first paint of the popup, compared with an empty page", median(ratios), "≤ 1.3", 2, " ×"),
    verdict(
      "the widget's own script on the main thread of a page",
      median(widget.map(({ script_ms }) => script_ms)),
      "≤ 8",
      1,
      " ms",
    ),
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
    measure: `timers of a hidden popup in ${POPUP_MS / 1000} s`,
    goal: "0",
    result: `${hidden} (${seen} while visible)`,
    met: hidden === 0,
  };
}

async function backgroundTimers({ context }: Bench): Promise<Verdict> {
  const background = await backgroundOf(context);
  await watchTimers(background);
  const fired = await firedWithin(background, BACKGROUND_MS);
  const measure = `timers of the background in ${BACKGROUND_MS / 1000} s, with nothing open`;
  return { measure, goal: "≤ 1, the ping", result: `${fired}`, met: fired <= 1 };
}

function paintTable(paints: PaintTimes[][]): string[][] {
  const rows = ["empty page", "popup"].map((name, at) => [
    name,
    figure(median(paints[at].map(({ first_paint_ms }) => first_paint_ms)), 1),
    figure(median(paints[at].map(({ shown_ms }) => shown_ms)), 1),
  ]);
  return [["", "first paint, ms", "numbers visible, ms"], ...rows];
}

function threadTable({ rest, widget, baseline }: Threads): string[][] {
  const row = (name: string, taken: MainThread[]) => [
    name,
    figure(median(taken.map(({ all_ms }) => all_ms)), 1),
    figure(median(taken.map(({ script_ms }) => script_ms)), 1),
    figure(median(taken.map(({ cpu_ms }) => cpu_ms)), 1),
  ];
  return [
    ["", "main thread, ms", "scripts, ms", "processor time, ms"],
    row("idle page", rest),
    row("added by an empty script", baseline),
    row("added by the widget", widget),
  ];
}

async function post(url: string): Promise<void> {
  const body = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!response.ok) throw new Error(`Cannot call through the gateway: HTTP ${response.status}`);
  await response.text();
}
