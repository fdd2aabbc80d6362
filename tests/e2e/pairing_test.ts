/** A browser is paired with a service that has keys, and its key is revoked, in real browsers. */
import OpenAI from "openai";
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import type { Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { connectFromZero, finishSetUp } from "./first_set_up.ts";
import { onStage } from "./stage.ts";
import { readPopup } from "./surfaces.ts";

const ADMIN = "an-admin-of-the-test";
const BROWSERS: BrowserName[] = ["chromium", "firefox"];

/** The service's admin routes. */
function adminOf(service_url: string) {
  const send = (method: string, path: string, body?: object) =>
    fetch(`${service_url}/api/quota/${path}`, {
      method,
      headers: { "authorization": `Bearer ${ADMIN}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
  return {
    async pairingCode(): Promise<string> {
      return (await (await send("POST", "pairing", { workspace_id: "acme" })).json()).code;
    },
    async ingestKey(): Promise<string> {
      return (await (await send("POST", "keys", { kind: "ingest", workspaces: ["acme"] })).json()).key;
    },
    async readKeys(): Promise<{ id: string; kind: string; note: string }[]> {
      const { data } = await (await send("GET", "keys")).json();
      return data.filter(({ kind }: { kind: string }) => kind === "read");
    },
    async revoke(id: string): Promise<void> {
      assertEquals((await send("DELETE", `keys/${id}`)).status, 204);
    },
  };
}

interface StorageApi {
  storage: Record<"local" | "session" | "sync", { get(key: null): Promise<Record<string, unknown>> }>;
}

/** Everything that the extension has stored: the key, and the rest as text. */
function storedIn(options: Tab) {
  return options.evaluate(async () => {
    const { browser, chrome } = globalThis as unknown as Record<string, StorageApi>;
    const { local, session, sync } = (browser ?? chrome).storage;
    const { key, ...rest } = await local.get(null);
    return { key, rest: JSON.stringify([rest, await session.get(null), await sync.get(null)]) };
  });
}

interface ScriptingApi {
  tabs: { query(of: { url: string }): Promise<{ id: number }[]> };
  scripting: {
    executeScript(of: { target: { tabId: number }; func: () => Promise<string> }): Promise<{ result: string }[]>;
  };
}

/** What a content script in the page on 127.0.0.1 reads from `storage.local`, or the error that it gets. */
function readByContentScript(options: Tab): Promise<string> {
  return options.evaluate(async () => {
    const { browser, chrome } = globalThis as unknown as Record<string, ScriptingApi>;
    const { tabs, scripting } = browser ?? chrome;
    const [tab] = await tabs.query({ url: "http://127.0.0.1/*" });
    const [{ result }] = await scripting.executeScript({ target: { tabId: tab.id }, func: read });
    return result;

    async function read(): Promise<string> {
      const { browser, chrome } = globalThis as unknown as Record<string, StorageApi>;
      try {
        return JSON.stringify(await (browser ?? chrome).storage.local.get(null));
      } catch (error) {
        return String(error);
      }
    }
  });
}

for (const name of BROWSERS) {
  Deno.test(`${name}: a pairing code gives live numbers; a revoked key is shown as refused within a second`, () =>
    onStage(name, async ({ browser, service, chat }) => {
      const admin = adminOf(service.url);
      const ingest = await admin.ingestKey();
      const options = await browser.openOptions();
      const wrong = await connectFromZero(options, { address: service.url, code: "0000-0000" });
      assertMatch(wrong, /^Cannot pair: the code is wrong/);

      await options.click(".current .button:not(.primary)");
      const code = (await admin.pairingCode()).toLowerCase().replace("-", "");
      const said = await connectFromZero(options, { address: `${service.url}/w/other/v1`, code });
      assertEquals(said, `Connected to ${service.url}: workspace "acme" is normal.`);
      await finishSetUp(options);
      const form = await options.evaluate(() =>
        ["server_url", "secret", "workspace_id"].map((id) => (document.getElementById(id) as HTMLInputElement).value)
      );
      assertEquals(form, [service.url, "", "acme"]);

      const { key, rest } = await storedIn(options) as { key: { key: string; server_url: string }; rest: string };
      assertMatch(key.key, /^qg_read_/);
      assertEquals([key.server_url, rest.includes(key.key)], [service.url, false]);

      if (name === "chromium") {
        const page = await browser.newTab();
        await page.goto(chat.url);
        assertMatch(await readByContentScript(options), /^Error: Access to storage is not allowed/);
        await page.close();
      }

      const popup = await browser.openPopup();
      const client = new OpenAI({ baseURL: service.gateway("acme"), apiKey: `${ingest}~sk-test` });
      const messages = [{ role: "user" as const, content: "How much is left?" }];
      for (let call = 0; call < 3; call++) await client.chat.completions.create({ model: "gpt-5.4", messages });
      await eventually(async () => {
        const { connection, workspace, counts } = await readPopup(popup);
        assertEquals([connection, workspace, counts.requests_per_day], ["live", "acme", "3 of 10,000"]);
      });

      const [paired] = await admin.readKeys();
      assertEquals(paired.note, name === "chromium" ? "Chrome on Linux" : "Firefox on Linux");
      const revoked_at = performance.now();
      await admin.revoke(paired.id);
      await popup.until(() => document.querySelector("main")?.getAttribute("data-connection") === "key_refused");
      const took = performance.now() - revoked_at;
      assert(took < 1000, `shown after ${took} ms`);
      assertStringIncludes((await readPopup(popup)).text, "The key was refused: pair this browser again");
      assert(!service.output.includes(key.key), "the key is in the log");

      // FAULT 58: the same service at another address is another service.
      await options.fill("#server_url", service.url.replace("127.0.0.1", "localhost"));
      await options.click("button[type=submit]");
      await eventually(async () => {
        assertStringIncludes((await readPopup(popup)).text, "The service needs a key: pair this browser");
        assertEquals((await storedIn(options)).key, null);
      });
    }, { QUOTA_ADMIN_KEY: ADMIN }));
}
