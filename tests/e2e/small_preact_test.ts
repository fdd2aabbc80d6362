/** The element's own renderer draws what Preact draws, in real Chromium. */
import type { Page } from "playwright";
import { build } from "vite";
import { ROOT } from "../../tools/lib/setup.mjs";
import { bundle } from "../../tools/pack/monitor_code.mjs";
import { assert, assertEquals } from "../support/assert.ts";
import { launchPlainChromium } from "../support/plain_chromium.ts";

const ENTRY = "tests/e2e/panel_page.tsx";

interface Renderer {
  show(state: string, place: Element, later_ms?: number): number;
  states: string[];
}

/** The globals of the page, with one renderer under each name. */
type Renderers = Record<"small" | "preact", Renderer>;

Deno.test("the element's renderer draws what Preact draws", async (test) => {
  await using cleanup = new AsyncDisposableStack();
  const browser = await launchPlainChromium();
  cleanup.defer(() => browser.close());
  const page = await browser.newPage();
  // Without the minifier's step that leaves budgets out: here they are drawn, too.
  await load(page, "small", await bundle(ROOT, ENTRY, { format: "iife", minify: false }));
  await load(page, "preact", await withPreact());

  await test.step("from each state of the gallery to each other, and a minute later", async () => {
    const { transitions, differing } = await page.evaluate(() => {
      const { small, preact } = globalThis as unknown as Renderers;
      const [drawn, wanted] = [document.createElement("div"), document.createElement("div")];
      const differing: string[] = [];
      let transitions = 0;
      for (const from of small.states) {
        for (const to of small.states) {
          for (const [state, later] of [[from, 0], [to, 0], [to, 60_000]] as const) {
            small.show(state, drawn, later);
            preact.show(state, wanted, later);
            transitions++;
            if (!drawn.isEqualNode(wanted)) differing.push(`${from} → ${to}: ${drawn.innerHTML}\n${wanted.innerHTML}`);
          }
        }
      }
      return { transitions, differing };
    });
    assert(transitions > 500);
    assertEquals(differing.slice(0, 1), []);
  });

  await test.step("a button keeps the focus over a redraw, and is clicked once", async () => {
    const { kept, clicks } = await page.evaluate(() => {
      const { small } = globalThis as unknown as Renderers;
      const place = document.body.appendChild(document.createElement("div"));
      const before = small.show("offline", place);
      const button = place.querySelector("button")!;
      button.focus();
      small.show("offline", place, 1_000);
      small.show("stale", place, 2_000);
      button.click();
      return { kept: document.activeElement === button, clicks: small.show("stale", place) - before };
    });
    assertEquals([kept, clicks], [true, 1]);
  });
});

async function load(page: Page, name: keyof Renderers, code: string): Promise<void> {
  await page.addScriptTag({ content: code });
  await page.evaluate((name) => {
    const { show, states } = globalThis as unknown as Renderer;
    Object.assign(globalThis, { [name]: { show, states } });
  }, name);
}

/** The same page with Preact itself. */
async function withPreact(): Promise<string> {
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    build: { write: false, minify: false, lib: { entry: ENTRY, formats: ["iife"], name: "Page" } },
  });
  const [one] = [result].flat();
  if (!("output" in one)) throw new Error(`Cannot bundle ${ENTRY}`);
  return one.output[0].code;
}
