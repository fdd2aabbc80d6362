/** The demo's chat page with the element, in real Chromium with the extension. */
import { firstFreePort } from "../../demo/free_port.ts";
import { startChatPage } from "../../demo/chat_page.ts";
import { ROOT } from "../../tools/lib/setup.mjs";
import { buildElementFiles } from "../../tools/pack/monitor_code.mjs";
import { assertEquals } from "../support/assert.ts";
import { launchBrowser } from "../support/browsers.ts";
import { configure } from "../support/extension.ts";
import { startService } from "../support/service.ts";
import { startUpstream } from "../support/upstream.ts";

const FIRST_PORT = 18_790;

Deno.test("the page's own element and the extension's panel live in one page", async () => {
  await using cleanup = new AsyncDisposableStack();
  const upstream = await startUpstream();
  cleanup.defer(() => upstream.close());
  const port = firstFreePort(FIRST_PORT);
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const element = await buildElementFiles(ROOT);
  const chat = startChatPage({ gatewayUrl, workspace: "acme", port: 0, element });
  cleanup.defer(() => chat.close());
  const service = await startService({ upstream: upstream.url, port, env: { QUOTA_ALLOWED_ORIGINS: chat.url } });
  cleanup.defer(() => service.close());
  const browser = await launchBrowser("chromium");
  cleanup.defer(() => browser.close());
  await configure(browser, { server_url: service.url, workspace_id: "acme", chat_page: chat.url });

  const tab = await browser.newTab();
  await tab.goto(chat.url);
  await tab.until(() => {
    const own = document.querySelector("quota-gauge[service]")?.shadowRoot?.querySelector<HTMLElement>("#panel");
    return own?.dataset.connection === "live";
  });
  await tab.until(() => document.querySelector("[data-quota-gauge]"));
  assertEquals(await tab.evaluate(() => document.querySelectorAll("quota-gauge").length), 1);
});
