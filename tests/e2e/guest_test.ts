/** The extension's widget in the composers of chat applications, under a strict policy, in real browsers. */
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { fixtureHtml, type Look } from "../pages/fixtures.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { launchBrowser, type Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { configure } from "../support/extension.ts";
import { readWidget, type ShownWidget } from "./surfaces.ts";

const BROWSERS: BrowserName[] = ["chromium", "firefox"];
const HOSTS: Look["host"][] = ["element", "zulip", "anything_llm", "the_lounge"];
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types 'none'";

/** Serves the fixtures by their names. */
function serveFixtures(): { url: string; close(): Promise<void> } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const host = new URL(request.url).pathname.slice(1) as Look["host"];
    if (!HOSTS.includes(host)) return new Response(null, { status: 404 });
    const html = await fixtureHtml({ host, width: 0, theme: "dark" });
    return new Response(html, { headers: { "content-type": "text/html", "content-security-policy": POLICY } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

/** What the pill covers, in square pixels. */
function covered(page: Tab, { x, y, width, height }: ShownWidget["pill"]): Promise<number[]> {
  return page.evaluate(({ x, y, width, height }) => {
    return Array.from(document.querySelectorAll("[data-clear]"), (element) => {
      const box = element.getBoundingClientRect();
      const across = Math.min(box.right, x + width / 2) - Math.max(box.left, x - width / 2);
      const down = Math.min(box.bottom, y + height / 2) - Math.max(box.top, y - height / 2);
      return across > 0 && down > 0 ? across * down : 0;
    });
  }, { x, y, width, height });
}

for (const name of BROWSERS) {
  Deno.test(`${name}: in four applications the pill covers 0 px², and hidden it comes back`, async () => {
    await using stack = new AsyncDisposableStack();
    const chat = serveFixtures();
    stack.defer(() => chat.close());
    const browser = await launchBrowser(name);
    stack.defer(() => browser.close());
    await configure(browser, { server_url: "http://127.0.0.1:9", workspace_id: "acme", chat_page: chat.url });
    const probe = await browser.openOptions();
    const page = await browser.newTab();
    const shown = () =>
      eventually(async () => {
        const widget = await readWidget(probe, chat.url);
        assert(widget && widget.pill.width > 0, "no widget yet");
        return widget;
      });
    for (const host of HOSTS) {
      for (const width of [360, 1280]) {
        await page.resize(width, 720);
        await page.goto(`${chat.url}/${host}`);
        const areas = await covered(page, (await shown()).pill);
        assertEquals(areas, areas.map(() => 0), `${host}, ${width} px`);
      }
    }
    for (const hidden_until of ["always", null] as const) {
      await probe.evaluate((hidden_until) => {
        const scope = globalThis as unknown as Record<"browser" | "chrome", RuntimeApi | undefined>;
        return (scope.browser ?? scope.chrome)!.runtime.sendMessage({ type: "change_site", change: { hidden_until } });
      }, hidden_until);
      await page.until(
        (count) => document.querySelectorAll("[data-quota-gauge]").length === count,
        hidden_until ? 0 : 1,
      );
    }
  });
}

interface RuntimeApi {
  runtime: { sendMessage(message: unknown): Promise<unknown> };
}
