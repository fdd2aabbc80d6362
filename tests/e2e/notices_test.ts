/** Notices in real browsers: one crossing, one notice; and none while the same is shown, muted or told before. */
import { startChatPage } from "../../demo/chat_page.ts";
import { DEFAULT_NOTICE_SETTINGS, NOTICE_SETTINGS_KEY, type NoticeSettings } from "../../extension/state/settings.ts";
import type { Command } from "../../extension/state/messages.ts";
import type { Meter, StatusBody } from "../../shared/quota.ts";
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { copyBuild } from "../bench/harness/copy_build.ts";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { BUILDS, type ExtensionBrowser, launchBrowser, type Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { configure } from "../support/extension.ts";
import { readWidget } from "./surfaces.ts";
import { type ScriptedService, startScriptedService } from "../support/scripted_service.ts";
import { meter, wire } from "../support/statuses.ts";

const BROWSERS: BrowserName[] = ["chromium", "firefox"];

const DAY_MS = 86_400_000;

/** A limit of 100 of which so many are used; it resets tomorrow, unless the test says otherwise. */
function day(used: number, resets_in_ms = DAY_MS): Meter {
  return meter(used, 100, { window: "calendar_day", resets_at: wire(Date.now() + resets_in_ms) });
}

/** The stats of a workspace that has used nothing of its other limits. */
function stats(used: Partial<StatusBody["stats"]>): Pick<StatusBody, "stats"> {
  const none = { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
  return { stats: { ...none, requests_per_day: day(0), tokens_per_day: day(0), ...used } };
}

/** A browser that shows a scripted service, with its notifications allowed and switched on. */
interface Scene {
  service: ScriptedService;
  browser: ExtensionBrowser;
  /** A tab of the extension that shows no numbers. */
  probe: Tab;
}

async function onScene(name: BrowserName, chat_page: string, play: (scene: Scene) => Promise<void>): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const service = cleanup.use(startScriptedService());
  service.show(stats({}));
  const build = await buildWithNotifications(name);
  cleanup.defer(() => Deno.remove(build, { recursive: true }));
  const browser = await launchBrowser(name, { build });
  cleanup.defer(() => browser.close());
  await configure(browser, { server_url: service.url, workspace_id: "acme", chat_page });
  const probe = await browser.newTab();
  await probe.goto(browser.extensionUrl("icon/16.png"));
  await eventually(async () => assertStringIncludes((await browser.badge()).title, "acme"));
  await recordClosed(probe);
  await play({ service, browser, probe });
}

/** The build with the permission: a headless browser shows no prompt that a test could accept. */
async function buildWithNotifications(name: BrowserName): Promise<string> {
  const manifest = JSON.parse(await Deno.readTextFile(`${BUILDS[name]}/manifest.json`));
  manifest.permissions.push("notifications");
  manifest.optional_permissions = [];
  return await copyBuild(BUILDS[name], { "manifest.json": JSON.stringify(manifest) });
}

interface Api {
  notifications: {
    getAll(): Promise<object>;
    clear(id: string): Promise<unknown>;
    onClosed: { addListener(listener: (id: string) => void): void };
  };
  runtime: { sendMessage(command: Command): Promise<unknown> };
  storage: { local: { set(items: object): Promise<void>; get(key: string): Promise<Record<string, unknown>> } };
}

/** In the extension's pages; `browser` in Firefox. */
declare const chrome: Api;

/** Ids of notifications that Firefox has closed. Without a desktop it closes each as soon as it was shown. */
declare let closed_ids: string[];

async function recordClosed(probe: Tab): Promise<void> {
  await probe.evaluate(() => {
    Object.assign(globalThis, { closed_ids: [] });
    chrome.notifications.onClosed.addListener((id) => closed_ids.push(id));
  });
}

/** Waits until exactly these notifications were shown since the last call, and takes them away. */
async function notified({ browser, probe }: Scene, ...ids: string[]): Promise<void> {
  await eventually(async () => {
    const shown = browser.name === "firefox"
      ? await probe.evaluate(() => closed_ids)
      : await probe.evaluate(async () => Object.keys(await chrome.notifications.getAll()));
    assertEquals(shown, ids);
  });
  await probe.evaluate(async (ids) => {
    for (const id of ids) await chrome.notifications.clear(id);
    closed_ids = [];
  }, ids);
}

async function send(probe: Tab, command: Command): Promise<void> {
  await probe.evaluate((command) => chrome.runtime.sendMessage(command), command);
}

async function switchOn(probe: Tab): Promise<void> {
  const notices = { ...DEFAULT_NOTICE_SETTINGS.notices, browser: true };
  const items = { [NOTICE_SETTINGS_KEY]: { ...DEFAULT_NOTICE_SETTINGS, notices } };
  await probe.evaluate((items) => chrome.storage.local.set(items), items);
}

/** Waits until the badge shows this used share, so that the background has seen the status. */
async function seen(browser: ExtensionBrowser, badge: string): Promise<void> {
  await eventually(async () => assertEquals((await browser.badge()).text, badge));
}

/** Waits for a toast with this text in the chat page. */
function toastIn(probe: Tab, url: string, text: string): Promise<{ x: number; y: number }> {
  return eventually(async () => {
    const widget = await readWidget(probe, url);
    assertStringIncludes(widget?.toast?.text ?? "", text);
    return widget!.toast!;
  });
}

for (const name of BROWSERS) {
  Deno.test(`${name}: a visible chat page shows a notice as a toast, instead of the browser, and mutes from it`, async () => {
    const chat = startChatPage({ gatewayUrl: "http://127.0.0.1:9", workspace: "acme", port: 0 });
    await using _ = { [Symbol.asyncDispose]: () => chat.close() };
    await onScene(name, chat.url, async (scene) => {
      const { service, browser, probe } = scene;
      await switchOn(probe);
      const page = await browser.newTab();
      await page.goto(`${chat.url}/c/launch`);
      await eventually(async () => assert(await readWidget(probe, chat.url), "no widget yet"));
      service.show(stats({ requests_per_day: day(95) }));
      const mute = await toastIn(probe, chat.url, "95 % of requests a day used");
      await page.clickAt(mute.x, mute.y);
      await eventually(async () => {
        const items = await probe.evaluate((key) => chrome.storage.local.get(key), NOTICE_SETTINGS_KEY);
        assert((items[NOTICE_SETTINGS_KEY] as NoticeSettings).muted_until! > Date.now());
      });
      await send(probe, { type: "unmute" });
      await page.close();
      service.show(stats({ requests_per_day: day(95), tokens_per_day: day(95) }));
      await notified(scene, "acme tokens_per_day");
    });
  });

  Deno.test(`${name}: one crossing is one notification; none while muted, or while the popup shows the same`, () =>
    onScene(name, "", async (scene) => {
      const { service, browser, probe } = scene;
      await switchOn(probe);
      service.show(stats({ requests_per_day: day(95) }));
      await notified(scene, "acme requests_per_day");

      await send(probe, { type: "mute" });
      service.show(stats({ requests_per_day: day(100) }));
      await seen(browser, "100");
      await send(probe, { type: "unmute" });
      service.show(stats({ requests_per_day: day(100), tokens_per_day: day(91) }));
      await notified(scene, "acme tokens_per_day");

      const popup = await browser.openPopup();
      await popup.until(() => document.querySelector("[data-connection=live]") !== null);
      service.show(stats({ tokens_per_day: day(100), requests_per_day: day(100) }));
      await popup.until(() =>
        document.querySelector("[data-meter=tokens_per_day]")?.textContent?.includes("100 of 100")
      );
      await popup.close();
      service.show(stats({ tokens_per_day: day(100), requests_per_minute: meter(90, 100) }));
      await notified(scene, "acme requests_per_minute");
    }));

  Deno.test(`${name}: a full limit that opens again gives a notice of its recovery`, () =>
    onScene(name, "", async (scene) => {
      const { service, probe } = scene;
      await switchOn(probe);
      const resets_at = Date.now() + 1_000;
      service.show(stats({ requests_per_day: day(100, 1_000) }));
      await notified(scene, "acme requests_per_day");
      await eventually(() => assert(Date.now() > resets_at + 500, "the day is not over"));
      service.show(stats({}));
      await notified(scene, "acme requests_per_day");
    }));
}

Deno.test("chromium: a background that was killed repeats no notice", () =>
  onScene("chromium", "", async (scene) => {
    const { service, browser, probe } = scene;
    await switchOn(probe);
    service.show(stats({ requests_per_day: day(95) }));
    await notified(scene, "acme requests_per_day");
    for (let kill = 0; kill < 5; kill++) {
      await browser.killBackground();
      await send(probe, { type: "retry" });
      service.show(stats({ requests_per_day: day(96 + kill % 2) }));
      await seen(browser, `${96 + kill % 2}`);
    }
    service.show(stats({ requests_per_day: day(97), tokens_per_day: day(95) }));
    await notified(scene, "acme tokens_per_day");
  }));
