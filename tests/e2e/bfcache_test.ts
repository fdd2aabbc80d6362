/** The widget of a page that the reader leaves and comes back to: the browser restores the page as it was. */
import { assertEquals, assertMatch } from "../support/assert.ts";
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import type { Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { connect, onStage, type Stage } from "./stage.ts";
import { readWidget } from "./surfaces.ts";

/** A page that says in its title how it was shown. */
const PAGE = `<!doctype html><title>new</title><p>A chat.</p>
<script>addEventListener("pageshow", ({ persisted }) => document.title = persisted ? "restored" : "loaded")</script>`;

/** A chat of two pages, for tests that leave one of them. */
function startPages() {
  const serve = () => new Response(PAGE, { headers: { "content-type": "text/html" } });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

interface WebExtensionApi {
  tabs: { query(of: object): Promise<{ id: number; url?: string; title?: string }[]> };
  scripting: { executeScript(of: { target: { tabId: number }; func: () => void }): Promise<unknown> };
}

/** The title of the page at `url`. Asked of the browser: a driver loses a page that goes into the cache. */
function titleOf(probe: Tab, url: string): Promise<string | undefined> {
  return probe.evaluate(async (url) => {
    const scope = globalThis as unknown as Record<string, WebExtensionApi>;
    const tabs = await (scope.browser ?? scope.chrome).tabs.query({});
    return tabs.find((tab) => tab.url === url)?.title;
  }, url);
}

/** Goes back in the tab that shows `url`. */
function goBack(probe: Tab, url: string): Promise<void> {
  return probe.evaluate(async (url) => {
    const scope = globalThis as unknown as Record<string, WebExtensionApi>;
    const api = scope.browser ?? scope.chrome;
    const tab = (await api.tabs.query({})).find((tab) => tab.url === url)!;
    // The script goes with its page, so that its result may never come.
    void api.scripting.executeScript({ target: { tabId: tab.id }, func: () => history.back() }).catch(() => {});
  }, url);
}

async function call(stage: Stage): Promise<void> {
  const messages = [{ role: "user" as const, content: "Hi" }];
  await stage.viaGateway("acme").chat.completions.create({ model: "gpt-5.4", messages });
}

for (const name of ["chromium", "firefox"] satisfies BrowserName[]) {
  Deno.test(`FAULT 74: ${name}: the widget of a page from the back/forward cache is live again`, () =>
    onStage(
      name,
      async (stage) => {
        await using pages = startPages();
        const chat = `${pages.url}/c/launch`;
        const options = await connect({ ...stage, chat: { ...stage.chat, url: pages.url } }, "acme");
        const shows = (share: RegExp) =>
          eventually(async () => assertMatch((await readWidget(options, chat))?.pill.text ?? "", share));
        const tab = await stage.browser.newTab();
        await tab.goto(chat);
        await call(stage);
        await shows(/10\s?%/);

        await tab.goto(`${pages.url}/away`);
        await call(stage);
        await goBack(options, `${pages.url}/away`);
        await eventually(async () => assertEquals(await titleOf(options, chat), "restored"));
        await shows(/20\s?%/);
        await call(stage);
        await shows(/30\s?%/);
      },
      { OPENAI_RATE_LIMIT_PER_DAY: "10" },
      { bfcache: true },
    ));
}
