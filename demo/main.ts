/**
 * The whole system on one machine, without a key: a mock provider, the service, a chat page and a browser. With `--element`,
 * the page shows the quota itself, instead of the extension's panel.
 */
import { launchBrowser } from "../tests/support/browsers.ts";
import { configure } from "../tests/support/extension.ts";
import { startService } from "../tests/support/service.ts";
import { EXTENSION, ROOT } from "../tools/lib/setup.mjs";
import { buildElementFiles } from "../tools/pack/monitor_code.mjs";
import { startChatPage } from "./chat_page.ts";
import { firstFreePort } from "./free_port.ts";
import { startDemoUpstream } from "./upstream.ts";

const WORKSPACE = "demo";
const SERVICE_PORT = 8787;
const PAGE_PORT = 8790;

/** Small, so that a few clicks change every bar. */
const LIMITS = {
  OPENAI_RATE_LIMIT_PER_MINUTE: "30",
  OPENAI_RATE_LIMIT_PER_DAY: "400",
  OPENAI_TOKEN_LIMIT_PER_MINUTE: "8000",
};

await using stack = new AsyncDisposableStack();
const stopped = stopSignal();
const upstream = await startDemoUpstream();
stack.defer(() => upstream.close());
const element = Deno.args.includes("--element") ? await buildElementFiles(ROOT) : undefined;
const pagePort = firstFreePort(PAGE_PORT);
const env = { ...LIMITS, ...(element && { QUOTA_ALLOWED_ORIGINS: `http://127.0.0.1:${pagePort}` }) };
const service = await startService({ upstream: upstream.url, port: firstFreePort(SERVICE_PORT), env });
stack.defer(() => service.close());
const page = startChatPage({ gatewayUrl: service.url, workspace: WORKSPACE, port: pagePort, element });
stack.defer(() => page.close());

console.log(`
The demo runs; no key is needed. Ctrl+C ends everything.

  Chat page  ${page.url}
  Service    ${service.url}  (30 requests and 8,000 tokens a minute)

  Any OpenAI SDK joins in: baseURL "${service.gateway(WORKSPACE)}", any key.
`);
const browser = hasDisplay() ? await watch().catch(reportFailure) : null;
if (browser) stack.defer(() => browser.close());
else console.log(manualSteps());
await stopped;
console.log("\nStopping…");

/** Opens the chat page in Chromium, with the extension set up for it. */
async function watch() {
  const browser = await launchBrowser("chromium", { headless: false, scheme: null });
  try {
    const chat_page = element ? "" : page.url;
    await configure(browser, { server_url: service.url, workspace_id: WORKSPACE, chat_page });
    const tab = await browser.newTab();
    await tab.goto(page.url);
    console.log("A browser is open: ask Ada something, and watch the badge, the popup and the panel in the page.");
    return browser;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function reportFailure(error: unknown): null {
  // A driver's message is a page long; only its first line is useful.
  console.log(`No browser could be opened: ${(error instanceof Error ? error.message : `${error}`).split("\n")[0]}\n`);
  return null;
}

function manualSteps(): string {
  return `To watch it, load the extension unpacked:

  Chromium   ${EXTENSION.chromium}   (chrome://extensions, Developer mode, Load unpacked)
  Firefox    ${EXTENSION.firefox}   (about:debugging, This Firefox, Load Temporary Add-on)

and give its options page:

  Service    ${service.url}
  Workspace  ${WORKSPACE}
  Chat page  ${page.url}
`;
}

function hasDisplay(): boolean {
  if (Deno.build.os !== "linux") return true;
  return Boolean(Deno.env.get("DISPLAY") || Deno.env.get("WAYLAND_DISPLAY"));
}

/** Resolves on the first signal to stop. A second signal then ends the process immediately. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
    const end = () => {
      for (const signal of signals) Deno.removeSignalListener(signal, end);
      resolve();
    };
    for (const signal of signals) Deno.addSignalListener(signal, end);
  });
}
