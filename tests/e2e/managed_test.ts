/** An organization sets settings by a policy of the browser, in a real Chromium. */
import { dirname } from "node:path";
import { copyBuild } from "../bench/harness/copy_build.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { BUILDS, type ExtensionBrowser, launchBrowser, type Tab } from "../support/browsers.ts";
import { unpackedId } from "../support/chromium.ts";
import { eventually } from "../support/eventually.ts";
import { startService } from "../support/service.ts";
import { readPopup } from "./surfaces.ts";

/** Where Chromium reads policies on Linux. */
const FOLDER = "/etc/chromium/policies/managed";

/** Why no policy can be written here; null where one can. */
const reason = await makeFolder();

async function makeFolder(): Promise<string | null> {
  try {
    await Deno.mkdir(FOLDER, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: FOLDER }));
    return null;
  } catch (error) {
    return `no policy can be written here: ${error instanceof Error ? error.message : error}`;
  }
}

/** Writes the policy of one extension, which no other build has. */
async function writePolicy(id: string, settings: object, cleanup: AsyncDisposableStack): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const file = `${FOLDER}/${id}.json`;
  cleanup.defer(async () => {
    await Deno.remove(file);
    // Folders that held nothing else go too.
    for (const folder of [FOLDER, dirname(FOLDER)]) await Deno.remove(folder).catch(() => {});
  });
  await Deno.writeTextFile(file, JSON.stringify({ "3rdparty": { extensions: { [id]: settings } } }));
}

/** Makes the browser read its policies now, not within a minute. */
async function reloadPolicies(browser: ExtensionBrowser): Promise<void> {
  const tab = await browser.newTab();
  await tab.goto("chrome://policy");
  await tab.click("#reload-policies");
  await tab.close();
}

/** The settings that a person cannot change: fields that are read only, and controls that are switched off. */
function fixed(options: Tab): Promise<string[]> {
  return options.evaluate(() =>
    Array.from(
      document.querySelectorAll<HTMLInputElement>("input:read-only[readonly], input:disabled"),
      ({ id, name, value }) => id ? `${id} ${value}` : `${name} ${value}`,
    )
  );
}

Deno.test({
  name: `chromium: settings of the organization's policy are in force, shown, and read only${
    reason ? ` (${reason})` : ""
  }`,
  ignore: reason !== null,
  async fn() {
    await using cleanup = new AsyncDisposableStack();
    const service = await startService({ upstream: "http://127.0.0.1:9" });
    cleanup.defer(() => service.close());
    const build = await copyBuild(BUILDS.chromium, {});
    cleanup.defer(() => Deno.remove(build, { recursive: true }));
    const browser = await launchBrowser("chromium", { build });
    cleanup.defer(() => browser.close());
    const policy = {
      server_url: service.url,
      workspace_id: "acme",
      theme: "dark",
      refresh_seconds: 5,
      live_updates: false,
    };
    await writePolicy(await unpackedId(build), policy, cleanup);
    await reloadPolicies(browser);

    const popup = await browser.openPopup();
    await eventually(async () => {
      const { connection, workspace } = await readPopup(popup);
      assertEquals([connection, workspace], ["polling", "acme"]);
    }, 20_000);

    const options = await browser.openOptions();
    await options.until(() => document.querySelector("main.options") !== null);
    assertEquals(await fixed(options), [
      `server_url ${service.url}`,
      "workspace_id acme",
      ...["system", "light", "dark"].map((value) => `theme ${value}`),
      "live_updates on",
      ...[5, 10, 15, 30].map((value) => `refresh_seconds ${value}`),
    ]);
    const { scheme, notes } = await options.evaluate(() => ({
      scheme: getComputedStyle(document.body).colorScheme,
      notes: Array.from(document.querySelectorAll("p")).filter((p) =>
        p.textContent === "Set by your organization."
      ).length,
    }));
    assertEquals([scheme, notes], ["dark", 5]);
    assert(await options.evaluate(() => !document.querySelector<HTMLInputElement>("#chat_page")!.readOnly));
  },
});
