/**
 * The background, which owns the connection. Every listener is registered synchronously, because a browser wakes a worker
 * only for listeners that were registered in its first turn. Each then waits for `ready`.
 */
import { browser } from "wxt/browser";
import { defineBackground } from "wxt/utils/define-background";
import { Background } from "../background/background.ts";
import { runCommand } from "../background/commands.ts";
import { listenToNotifications } from "../notices/browser_notification.ts";
import { isOwn } from "../background/surfaces.ts";
import { loadPanel } from "../background/widget_script.ts";
import { say } from "../../shared/words/say.ts";

export default defineBackground(() => {
  // A content script need not read the key. Firefox does not have this method.
  void browser.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });
  const ready = Background.open();

  browser.alarms.onAlarm.addListener(async () => (await ready).tick());
  browser.runtime.onConnect.addListener(async (port) => (await ready).addSurface(port));
  browser.runtime.onStartup.addListener(async () => (await ready).placeWidget());
  listenToNotifications(() => ready);
  browser.permissions.onAdded.addListener(async () => {
    listenToNotifications(() => ready);
    const background = await ready;
    await Promise.all([background.reconnect(), background.placeWidget()]);
  });
  browser.storage.sync.onChanged.addListener(async () => (await ready).followPreferences());
  // Firefox for Android has no policies.
  browser.storage.managed?.onChanged.addListener(async () => (await ready).followPolicy());
  browser.permissions.onRemoved.addListener(async () => (await ready).reconnect());

  // An update removes registered scripts, and open widgets lose their background.
  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    const background = await ready;
    await background.placeWidget();
    if (reason === "install" && !background.configured) await background.openOptions();
  });

  // The only command of the manifest.
  browser.commands.onCommand.addListener(async () => (await ready).changeSite({ hidden_until: null }));
  browser.runtime.onMessage.addListener((message, sender, answer) => {
    const own = isOwn(sender.url ?? "", location.origin);
    const failed = (error: unknown) => ({
      ok: false,
      sentence: say("The extension could not start: {error}", { error: `${error}` }),
    });
    const run = (background: Background) =>
      message?.type === "load_panel" ? loadPanel(sender.tab?.id) : runCommand(message, own, background);
    void ready.then(run).catch(failed).then(answer);
    return true; // The answer is asynchronous.
  });
});
