/** Puts the widget's script on the chat page, and on no other. */
import { browser } from "wxt/browser";
import { mayReach, originPattern } from "../state/origins.ts";

const SCRIPT = { id: "widget", js: ["widget.js"] };

/**
 * Makes the widget show on `chat_page` and nowhere else: from now on, and in tabs that are open already. Widgets that
 * show elsewhere leave when the background tells them to.
 *
 * @param chat_page an http(s) address, or empty for none.
 */
export async function placeWidget(chat_page: string): Promise<void> {
  const pattern = originPattern(chat_page);
  await browser.scripting.unregisterContentScripts({ ids: [SCRIPT.id] }).catch(() => {}); // None was registered.
  // Registering succeeds without the permission, and then nothing ever shows.
  if (!pattern || !await mayReach([pattern])) return;
  await browser.scripting.registerContentScripts([
    { ...SCRIPT, matches: [pattern], runAt: "document_idle", allFrames: false, persistAcrossSessions: true },
  ]);
  await injectInto(await browser.tabs.query({ url: pattern, discarded: false }));
}

/** WXT types the files of `executeScript` by what it generates at build time, which a plain type check does not have. */
const scripting = browser.scripting as unknown as {
  executeScript(injection: { target: { tabId: number }; files: string[] }): Promise<unknown>;
};

/** A tab that has the script already loses nothing: the newer instance takes over from the older. */
async function injectInto(tabs: { id?: number }[]): Promise<void> {
  const ids = tabs.flatMap(({ id }) => id ?? []);
  await Promise.allSettled(ids.map((tabId) => scripting.executeScript({ target: { tabId }, files: SCRIPT.js })));
}
