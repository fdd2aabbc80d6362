/** Takes the README's screenshots: the demo in a real Chromium, and each badge with its meaning. */
import { chromium, type Page } from "playwright";
import { badge } from "../../extension/badge/badge.ts";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { limitsInMemory } from "../../server/limits/limits_file.ts";
import { run } from "../api/running.ts";
import { ManualClock } from "../support/clock.ts";
import { startDemoUpstream } from "../../demo/upstream.ts";
import { launchPlainChromium } from "../support/plain_chromium.ts";
import { startService } from "../support/service.ts";
import { callOften, startDemoScene } from "./demo_scene.ts";
import { AT, FIXTURES } from "./fixtures.ts";
import { weekOfCalls } from "./week_of_calls.ts";

const FOLDER = new URL("../../docs/images/", import.meta.url);

/** The chat page with the panel, the popup and the options page, after some calls of the official SDK. */
async function shootDemo(scheme: "light" | "dark"): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { browser, options, chat } = await startDemoScene(stack, scheme);
  await options.resize(900, 1130);
  await chat.resize(1180, 760);
  const popup = await browser.openPopup();
  await popup.resize(360, 470);
  await popup.until(() => document.querySelector("[data-meter]") !== null);
  await popup.screenshot(file(`popup-${scheme}.png`));
  await chat.screenshot(file(`chat-${scheme}.png`));
  if (scheme === "light") await options.screenshot(file("options.png"));
}

/** Calls of each workspace in the picture of the dashboard. */
const DASHBOARD_CALLS = {
  "support-bot": 28,
  search: 19,
  "nightly-report": 11,
  translations: 6,
  research: 3,
  onboarding: 1,
};

/** The states that the README lists, with their meaning. */
const BADGES: [keyof typeof FIXTURES, string][] = [
  ["live_normal", "41 % of the tightest limit is used"],
  ["warning", "92 %: close to the limit"],
  ["rate_limited", "full: opens in 12 s"],
  ["stale", "old numbers, said to be old"],
  ["offline", "the service cannot be reached"],
  ["key_refused", "a key or a permission is missing"],
  ["outdated", "the extension needs an update"],
  ["unconfigured", "not set up yet"],
];

await Deno.mkdir(FOLDER, { recursive: true });
for (const scheme of ["light", "dark"] as const) await shootDemo(scheme);
await shootDashboard();
await shootWorkspace();
await shootBadges();

/** The overview, with workspaces that have used more and less of their limits. */
async function shootDashboard(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const upstream = await startDemoUpstream();
  stack.defer(() => upstream.close());
  const service = await startService({ upstream: upstream.url, env: { OPENAI_RATE_LIMIT_PER_MINUTE: "30" } });
  stack.defer(() => service.close());
  for (const [workspace, calls] of Object.entries(DASHBOARD_CALLS)) await callOften(service.gateway(workspace), calls);
  const browser = await launchPlainChromium();
  stack.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1180, height: 680 }, deviceScaleFactor: 1 });
  await page.goto(service.url);
  await page.locator(".workspace").nth(Object.keys(DASHBOARD_CALLS).length - 1).waitFor();
  await page.screenshot({ path: file("dashboard-light.png") });
}

/** One workspace in dark: the use of each day of a week, with the limits of a day. */
async function shootWorkspace(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const clock = new ManualClock(Date.now());
  const ledger = openMemoryLedger();
  for (const row of weekOfCalls(clock.now())) await ledger.append({ kind: "attempt", row });
  const limits = limitsInMemory(JSON.stringify({
    default: { requests_per_day: 900, tokens_per_day: 1_200_000, budgets: { day: "4" } },
  }));
  const running = stack.use(await run({ OPENAI_RATE_LIMIT_PER_MINUTE: "60" }, { clock, ledger, limits }));
  const browser = await launchPlainChromium();
  stack.defer(() => browser.close());
  const page = await browser.newPage({
    viewport: { width: 1180, height: 990 },
    colorScheme: "dark",
    timezoneId: "UTC",
  });
  await page.goto(`${running.service.url}/?place=workspace&workspace=acme&range=7d&sum=day`);
  await page.locator(".chart canvas").nth(5).waitFor();
  await page.screenshot({ path: file("dashboard-dark.png") });
}

async function shootBadges(): Promise<void> {
  const found = await findBrowser("chromium", thisMachine(ROOT));
  if ("fault" in found) throw new Error(`Cannot take pictures: ${found.fault}`);
  const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
  const page = await browser.newPage({ deviceScaleFactor: 2, viewport: { width: 520, height: 100 } });
  await drawBadges(page);
  await page.locator("main").screenshot({ path: file("badges.png"), omitBackground: true });
  await browser.close();
}

async function drawBadges(page: Page): Promise<void> {
  const rows = await Promise.all(BADGES.map(async ([state, meaning]) => {
    const { text, color, text_color, tone } = badge(FIXTURES[state], AT);
    const icon = await Deno.readFile(new URL(`../../extension/public/icon/${tone}-32.png`, import.meta.url));
    return `<div class="row"><span class="icon"><img src="data:image/png;base64,${icon.toBase64()}">
      <b style="background:${color};color:${text_color}">${text}</b></span>${meaning}</div>`;
  }));
  await page.setContent(`<style>
    body { margin: 0; font: 15px/1.4 system-ui, "Liberation Sans", sans-serif; color: #1f2328 }
    main { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 18px; padding: 16px 20px; background: #fff; width: max-content;
      border: 1px solid #d1d9e0; border-radius: 10px }
    .row { display: flex; align-items: center; gap: 14px }
    .icon { position: relative; width: 44px; height: 40px }
    .icon img { width: 26px; height: 26px; margin: 2px 4px }
    .icon b { position: absolute; right: 0; bottom: 2px; min-width: 18px; box-sizing: border-box; padding: 0 4px; border-radius: 4px;
      font-size: 12px; line-height: 17px; text-align: center; font-weight: 600 }
  </style><main>${rows.join("")}</main>`);
}

function file(name: string): string {
  return decodeURIComponent(new URL(name, FOLDER).pathname);
}
