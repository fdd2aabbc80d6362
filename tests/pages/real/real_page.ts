/** The widget in a real chat application: the application's packages, and the measurements that are the same in each. */
import type { Page } from "playwright";
import { assert, assertEquals } from "../../support/assert.ts";
import { runNpm } from "../../../tools/lib/install.mjs";
import { ROOT } from "../../../tools/lib/setup.mjs";
import { bundled, type Coverage, measure } from "../fixtures.ts";
import type { FixturePage } from "../page.ts";

/** Where the applications are installed. */
export const FOLDER = `${ROOT}/tests/.cache/pages`;

export const VERSIONS = { thelounge: "4.5.2", "converse.js": "14.0.0" };
const PACKAGES = {
  private: true,
  dependencies: VERSIONS,
  // The Lounge's own dependency is a commit on GitHub, which a package registry does not have.
  overrides: { "irc-framework": "4.14.0" },
};

/** Installs the applications, unless these versions are there. */
export async function installApplications(): Promise<void> {
  await Deno.mkdir(`${FOLDER}/home`, { recursive: true });
  // Also for The Lounge's own settings file, which is not an ES module as the project's files are.
  await Deno.writeTextFile(`${FOLDER}/package.json`, JSON.stringify(PACKAGES));
  const installed = await Promise.all(Object.keys(VERSIONS).map(installedVersion));
  if (installed.join() === Object.values(VERSIONS).join()) return;
  const { code, output } = await runNpm(FOLDER, ["install", "--ignore-scripts", "--omit=optional", "--no-audit"]);
  if (code !== 0) throw new Error(`Cannot install ${Object.keys(VERSIONS).join(" and ")}: ${output}`);
}

async function installedVersion(name: string): Promise<string | null> {
  const text = await Deno.readTextFile(`${FOLDER}/node_modules/${name}/package.json`).catch(() => null);
  return text && JSON.parse(text).version;
}

/** Puts the widget into a page whose composer shows. */
export async function mountWidget(page: Page): Promise<void> {
  await page.evaluate(await bundled());
  await page.evaluate(() => (globalThis as unknown as FixturePage).quotaGauge.mount({ state: "warning" }));
}

/** Name of the adapter that knows a page. */
export function adapterOf(page: Page): Promise<string | undefined> {
  return page.evaluate(() => (globalThis as unknown as FixturePage).quotaGauge.adapter());
}

interface Expected {
  /** Selectors of the boxes to keep clear, by name; `composer` is one. Each must be in the page. */
  clear: Record<string, string>;
  theme: "light" | "dark";
  /** Called after each change of the window's size. */
  prepare(): Promise<void>;
}

/** Checks pill and panel at four widths of the window, with drafts of one line and ten lines. */
export async function checkWidths(page: Page, expected: Expected): Promise<void> {
  for (const width of [360, 768, 1280, 1440]) {
    await page.setViewportSize({ width, height: 720 });
    await expected.prepare();
    for (const lines of [1, 10]) {
      const draft = Array.from({ length: lines }, (_, line) => `Line ${line + 1} of the draft`).join("\n");
      await page.locator(`${expected.clear.composer} textarea`).fill(draft);
      await checkPill(page, expected, `${width} px, ${lines} lines`);
    }
  }
}

async function checkPill(page: Page, { clear, theme }: Expected, at: string): Promise<void> {
  const nothing = Object.fromEntries(Object.keys(clear).map((name) => [name, 0]));
  await mark(page, clear);
  const folded = await measure(page);
  assertEquals(
    [folded.covered, folded.mode, folded.inWindow, folded.panel, folded.theme],
    [nothing, "row", true, null, theme],
    at,
  );
  await checkIsAbove(page, folded, at);
  await page.locator(".pill").click();
  const open = await measure(page);
  assertEquals([open.covered, open.panel !== null, open.inWindow], [nothing, true, true], `${at}, open`);
  await page.locator(".pill").click();
}

/** Marks the boxes that `measure` compares with the widget's. */
async function mark(page: Page, clear: Expected["clear"]): Promise<void> {
  await page.evaluate((clear) => {
    for (const [name, selector] of Object.entries(clear)) {
      const shown = [...document.querySelectorAll<HTMLElement>(selector)].find((each) => each.checkVisibility());
      if (shown) shown.dataset.clear = name;
    }
  }, clear);
}

async function checkIsAbove(page: Page, { pill }: Coverage, at: string): Promise<void> {
  const composer = (await page.locator("[data-clear=composer]").boundingBox())!;
  const gap = composer.y - pill.bottom;
  assert(gap >= 0 && gap < 24, `${at}: the pill is ${gap} px above the composer`);
  const isOver = pill.left >= composer.x - 1 && pill.right <= composer.x + composer.width + 1;
  assert(isOver, `${at}: the pill is beside the composer's column`);
}
