/** Takes the pictures of the store pages: the demo in a real Chromium, and the gallery's surfaces beside a sentence. */
import type { Page } from "playwright";
import { startDemoScene } from "./demo_scene.ts";
import { Gallery, type Shot } from "./gallery.ts";

const FOLDER = new URL("../../docs/store/images/", import.meta.url);
const STYLE = await Deno.readTextFile(new URL("store.css", import.meta.url));

/** Chrome, Edge and Firefox take this size. */
const SCREENSHOT = { width: 1280, height: 800 };
const TILE = { width: 440, height: 280 };

/** A surface that a picture shows, in the width it has there. */
type Figure = Pick<Shot, "surface" | "state" | "scheme" | "width"> & {
  /** Selector of the shown part; without it, all of it. */
  part?: string;
};

const COMPOSED: Record<string, { headline: string; line: string; figures: Figure[] }> = {
  "popup-1280x800": {
    headline: "What is used, and when it frees up",
    line: "Requests and tokens of the minute and the day, light and dark.",
    figures: [
      { surface: "popup", state: "live_normal", scheme: "light", width: 360 },
      { surface: "popup", state: "warning", scheme: "dark", width: 360 },
    ],
  },
  "full-1280x800": {
    headline: "Full? It says until when",
    line: "The cause with its numbers, a countdown, and what to do.",
    figures: [
      { surface: "popup", state: "rate_limited", scheme: "light", width: 360 },
      { surface: "popup", state: "quota_exceeded", scheme: "light", width: 360 },
    ],
  },
  "set-up-1280x800": {
    headline: "Set up in a minute",
    line: "An address or a pairing code, and your team's chat page if you like.",
    figures: [{ surface: "onboarding", state: "chat_typed", scheme: "light", width: 680, part: "main > ol" }],
  },
};

await Deno.mkdir(FOLDER, { recursive: true });
await shootDemo();
const gallery = await Gallery.open();
try {
  for (const [name, { headline, line, figures }] of Object.entries(COMPOSED)) {
    const pictures = await Promise.all(figures.map(pictureOf));
    const words = `<header><h1>${headline}</h1><p>${line}</p></header>`;
    await draw(`${words}<div class="figures">${pictures.join("")}</div>`, SCREENSHOT, name);
  }
  const icon = await Deno.readFile(new URL("../../extension/public/icon/128.png", import.meta.url));
  const words = "<h1>Quota Gauge</h1><p>How much of your team's<br>OpenAI quota is used, at a glance</p>";
  await draw(`<div class="tile">${image(icon, 72)}<div>${words}</div></div>`, TILE, "tile-440x280");
} finally {
  await gallery.close();
}

async function shootDemo(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { chat } = await startDemoScene(stack, "light");
  await chat.resize(SCREENSHOT.width, SCREENSHOT.height);
  await chat.screenshot(file("chat-1280x800"));
}

/** A surface of the gallery as an `img` element. */
async function pictureOf(figure: Figure): Promise<string> {
  const page = await gallery.show({ ...figure, height: 100 });
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  const part = figure.part ? page.locator(figure.part) : page;
  const picture = image(await part.screenshot(figure.part ? {} : { fullPage: true }), figure.width);
  await page.close();
  return picture;
}

function image(png: Uint8Array, width: number): string {
  return `<img style="max-width: ${width}px" alt="" src="data:image/png;base64,${png.toBase64()}">`;
}

async function draw(body: string, size: { width: number; height: number }, name: string): Promise<void> {
  const page: Page = await gallery.browser.newPage({ viewport: size });
  await page.setContent(`<style>${STYLE}</style>${body}`);
  await page.screenshot({ path: file(name) });
  await page.close();
}

function file(name: string): string {
  return decodeURIComponent(new URL(`${name}.png`, FOLDER).pathname);
}
