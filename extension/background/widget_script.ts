/** Registers the widget's script for the chat page only. */
import { browser } from "wxt/browser";
import type { CommandResult } from "../state/messages.ts";
import { say } from "../../shared/words/say.ts";
import { mayReach, originPattern } from "../state/origins.ts";

const SCRIPT = { id: "widget", js: ["widget.js"] };

let placing = Promise.resolve();

/**
 * Registers the widget for `chat_page` and injects it into tabs that are already open. The background asks widgets on
 * other pages to remove themselves. Calls run one after the other, because a browser refuses to register a script twice:
 * saving an address and the permission for it, for example, ask for it at the same time.
 *
 * @param chat_page an http(s) address, or empty for none.
 */
export function placeWidget(chat_page: string): Promise<void> {
  return placing = placing.catch(() => {}).then(() => place(chat_page));
}

async function place(chat_page: string): Promise<void> {
  const pattern = originPattern(chat_page);
  await browser.scripting.unregisterContentScripts({ ids: [SCRIPT.id] }).catch(() => {}); // None was registered.
  // Without the permission registering succeeds too, but the widget never appears.
  if (!pattern || !await mayReach([pattern])) return;
  await browser.scripting.registerContentScripts([
    { ...SCRIPT, matches: [pattern], runAt: "document_idle", allFrames: false, persistAcrossSessions: true },
  ]);
  await injectInto(await browser.tabs.query({ url: pattern, discarded: false }));
}

/** WXT types `files` by names that it generates at build time, which a plain type check does not have. */
const scripting = browser.scripting as unknown as {
  executeScript(injection: { target: { tabId: number }; files: string[] }): Promise<unknown>;
};

/** In a tab that has the script already, the new instance replaces the old one. */
async function injectInto(tabs: { id?: number }[]): Promise<void> {
  const ids = tabs.flatMap(({ id }) => id ?? []);
  await Promise.allSettled(ids.map((tabId) => scripting.executeScript({ target: { tabId }, files: SCRIPT.js })));
}

/** Runs the panel's script in a tab with the widget, whose globals it shares. */
export async function loadPanel(tab_id: number | undefined): Promise<CommandResult> {
  if (tab_id === undefined) return { ok: false, sentence: say("Only a chat page may ask for this.") };
  await scripting.executeScript({ target: { tabId: tab_id }, files: ["panel.js"] });
  return { ok: true, sentence: say("The panel is loaded.") };
}
