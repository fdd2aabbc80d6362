/**
 * The widget in a real chat application: The Lounge, from npm, which needs no IRC server to show its composer. Run it by
 * `npm run pages`; it downloads 60 MB once.
 */
import { chromium, type Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { runNpm } from "../../tools/lib/install.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ensureNewNode } from "../../tools/lib/newer_node.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { bundled, measure, write } from "./fixtures.ts";
import type { FixturePage } from "./page.ts";

const FOLDER = `${ROOT}/tests/.cache/pages`;
/** Its own dependency is a commit on GitHub, which a package registry does not have. */
const PACKAGES = { private: true, dependencies: { thelounge: "4.5.2" }, overrides: { "irc-framework": "4.14.0" } };
const CLEAR = { composer: 0, send: 0 };

/** Installs The Lounge, unless it is there. */
async function install(): Promise<void> {
  await Deno.mkdir(`${FOLDER}/home`, { recursive: true });
  // Also for The Lounge's own settings file, which is not an ES module as the project's files are.
  await Deno.writeTextFile(`${FOLDER}/package.json`, JSON.stringify(PACKAGES));
  if (await Deno.stat(`${FOLDER}/node_modules/thelounge`).catch(() => null)) return;
  const { code, output } = await runNpm(FOLDER, ["install", "--ignore-scripts", "--omit=optional", "--no-audit"]);
  if (code !== 0) throw new Error(`Cannot install The Lounge: ${output}`);
}

/** Starts The Lounge for anybody on this machine, and waits until it listens. */
async function start(node: string): Promise<{ url: string; stop(): Promise<void> }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const args = [
    ...["node_modules/thelounge/index.js", "start"],
    ...["public=true", "host=127.0.0.1", `port=${port}`].flatMap((setting) => ["-c", setting]),
  ];
  const env = { THELOUNGE_HOME: `${FOLDER}/home` };
  const child = new Deno.Command(node, { args, cwd: FOLDER, env, stdout: "null", stderr: "null" }).spawn();
  const url = `http://127.0.0.1:${port}/`;
  await eventually(async () => assert((await fetch(url)).body?.cancel()));
  return { url, stop: async () => (child.kill(), void await child.status) };
}

/** Opens the lobby of a network that cannot be reached: it has the composer. */
async function openLobby(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("form button[type='submit']").click();
  await page.locator("#form #input").waitFor();
  await page.evaluate(() => {
    document.querySelector<HTMLElement>("#form")!.dataset.clear = "composer";
    document.querySelector<HTMLElement>("#submit")!.dataset.clear = "send";
  });
}

async function check(page: Page): Promise<void> {
  for (const width of [360, 768, 1280, 1440]) {
    await page.setViewportSize({ width, height: 720 });
    // In a narrow window its menu covers the page, until a click outside it.
    await page.evaluate(() => document.querySelector("#viewport")!.classList.remove("menu-open"));
    for (const lines of [1, 10]) {
      await write(page, lines);
      const { covered, mode, inWindow } = await measure(page);
      assertEquals([covered, mode, inWindow], [CLEAR, "row", true], `${width} px, ${lines} lines`);
      await page.locator(".pill").click();
      const open = await measure(page);
      assertEquals([open.covered, open.panel !== null], [CLEAR, true], `${width} px, ${lines} lines, open`);
      await page.locator(".pill").click();
    }
  }
}

const node = await ensureNewNode(ROOT, console.log);
if ("fault" in node) throw new Error(node.fault);
await install();
const lounge = await start(node.path);
const found = await findBrowser("chromium", thisMachine(ROOT));
if ("fault" in found) throw new Error(`Cannot open The Lounge: ${found.fault}`);
const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  await openLobby(page, lounge.url);
  await page.evaluate(await bundled());
  await page.evaluate(() => (globalThis as unknown as FixturePage).quotaGauge.mount({ state: "warning" }));
  assertEquals(await page.evaluate(() => (globalThis as unknown as FixturePage).quotaGauge.adapter()), "The Lounge");
  await check(page);
  const picture = Deno.args[0];
  if (picture) await page.screenshot({ path: picture });
  // It renders its window again after another one.
  const room = await page.evaluate(() => location.hash);
  await page.evaluate(() => void (location.hash = "#/help"));
  await page.locator("#form #input").waitFor({ state: "detached" });
  await page.evaluate((room) => void (location.hash = room), room);
  await page.locator("#form #input").waitFor();
  assertEquals((await measure(page)).mode, "row", "the widget is back in its row");
  console.log("The Lounge 4.5.2: 0 px² covered at four widths, and back after a render.");
} finally {
  await browser.close();
  await lounge.stop();
}
