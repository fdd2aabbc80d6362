/** The Lounge, from npm, which needs no IRC server to show its composer. */
import type { Browser, Page } from "playwright";
import { assert, assertEquals } from "../../support/assert.ts";
import { eventually } from "../../support/eventually.ts";
import { ensureNewNode } from "../../../tools/lib/newer_node.mjs";
import { ROOT } from "../../../tools/lib/setup.mjs";
import { measure } from "../fixtures.ts";
import { adapterOf, checkWidths, FOLDER, mountWidget, VERSIONS } from "./real_page.ts";

const CLEAR = { composer: "#form", send: "#submit" };

/** Starts The Lounge for anybody on this machine, and waits until it listens. */
async function start(): Promise<{ url: string; stop(): Promise<void> }> {
  const node = await ensureNewNode(ROOT, console.log);
  if ("fault" in node) throw new Error(node.fault);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const args = [
    ...["node_modules/thelounge/index.js", "start"],
    ...["public=true", "host=127.0.0.1", `port=${port}`].flatMap((setting) => ["-c", setting]),
  ];
  const env = { THELOUNGE_HOME: `${FOLDER}/home` };
  const child = new Deno.Command(node.path, { args, cwd: FOLDER, env, stdout: "null", stderr: "null" }).spawn();
  const url = `http://127.0.0.1:${port}/`;
  await eventually(async () => assert((await fetch(url)).body?.cancel()));
  return { url, stop: async () => (child.kill(), void await child.status) };
}

/** Opens the lobby of a network that cannot be reached: it has the composer. */
async function openLobby(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("form button[type='submit']").click();
  await page.locator("#form #input").waitFor();
}

/** Tries the widget in The Lounge. Returns what was measured. */
export async function tryLounge(browser: Browser, pictures?: string): Promise<string> {
  const lounge = await start();
  try {
    const page = await browser.newPage();
    await openLobby(page, lounge.url);
    await mountWidget(page);
    assertEquals(await adapterOf(page), "The Lounge");
    // In a narrow window its menu covers the page, until a click outside it.
    const prepare = () => page.evaluate(() => document.querySelector("#viewport")!.classList.remove("menu-open"));
    await checkWidths(page, { clear: CLEAR, theme: "light", prepare });
    if (pictures) await page.screenshot({ path: `${pictures}/lounge.png` });
    await checkReturn(page);
    await page.close();
  } finally {
    await lounge.stop();
  }
  return `The Lounge ${VERSIONS.thelounge}: 0 px² covered at four widths, and back after a render.`;
}

/** It renders its window again after another one. */
async function checkReturn(page: Page): Promise<void> {
  const room = await page.evaluate(() => location.hash);
  await page.evaluate(() => void (location.hash = "#/help"));
  await page.locator("#form #input").waitFor({ state: "detached" });
  await page.evaluate((room) => void (location.hash = room), room);
  await page.locator("#form #input").waitFor();
  assertEquals((await measure(page)).mode, "row", "the widget is back in its row");
}
