/** Connects the popup to the background. */
import { render } from "preact";
import { browser } from "wxt/browser";
import { createTicker } from "../../../shared/ui/time/ticker.ts";
import type { View } from "../../../shared/view.ts";
import { applyTheme } from "../../pages/form/theme.ts";
import { readLastHour } from "../../pages/popup/last_hour.ts";
import { PopupModel } from "../../pages/popup/model.ts";
import { Popup } from "../../pages/popup/Popup.tsx";
import { changePreferences, readPreferences } from "../../state/preferences.ts";
import {
  isHidden,
  NOTICE_SETTINGS_KEY,
  type NoticeSettings,
  type Settings,
  SETTINGS_KEY,
} from "../../state/settings.ts";
import { speakHere, speakInPage } from "../../state/language.ts";
import { KEY_KEY, keyFor } from "../../state/stored_key.ts";
import { readStoredView } from "../../state/stored_view.ts";
import { siteOf, SITES_KEY } from "../../state/widget_site.ts";
import { connectView, LOADING_VIEW, send } from "../../state/view_client.ts";

/** The stored snapshot takes a few milliseconds; waiting for it avoids a flash of "connecting". */
const FIRST_VIEW_WITHIN_MS = 100;

/** How often the last hour is read while the popup is open. */
const LAST_HOUR_EVERY_MS = 30_000;

const app = document.getElementById("app")!;
const model = new PopupModel(LOADING_VIEW, {
  now: Date.now,
  send,
  prefer: changePreferences,
  readMutedUntil,
  readPanelHidden,
  readLastHour: async (view) => readLastHour(view, await readKey(view.server_url), Date.now()),
  copy: (text) => navigator.clipboard.writeText(text),
  close: () => globalThis.close(),
  version: browser.runtime.getManifest().version,
  user_agent: navigator.userAgent,
});
const ticker = createTicker(draw);
const loading = setTimeout(() => show(LOADING_VIEW), FIRST_VIEW_WITHIN_MS);
let isShown = false;

const preferences = readPreferences();
const spoken = preferences.then(({ language }) => speakInPage(language));
void preferences.then(({ theme }) => applyTheme(theme));
// The popup shows what a notice would tell.
connectView({
  readStored,
  onView: (view) => void spoken.then(() => show(view)),
  onLanguage: speakHere,
  onNotice: () => true,
});

/** With the preferences, so that the first render has its final form. */
async function readStored(): Promise<View | undefined> {
  const [preferred, view] = await Promise.all([preferences, readStoredView(), spoken]);
  applyTheme(preferred.theme);
  model.set({ preferences: preferred });
  return view;
}

function show(view: View): void {
  clearTimeout(loading);
  const { server_url, workspace_id } = model.state.view;
  const isOther = view.server_url !== server_url || view.workspace_id !== workspace_id;
  model.set(isOther ? { view, last_hour: null } : { view });
  if (isOther) void model.loadLastHour();
  if (isShown) return;
  isShown = true;
  app.replaceChildren(); // The page's own placeholder.
  model.onChange = draw;
  draw();
  ticker.start();
  void model.load();
  setInterval(() => void model.loadLastHour(), LAST_HOUR_EVERY_MS);
}

async function readKey(server_url: string): Promise<string | null> {
  const stored = await browser.storage.local.get(KEY_KEY);
  return keyFor(stored[KEY_KEY], server_url);
}

function draw(): void {
  render(<Popup {...model.state} {...model} now={Date.now()} />, app);
}

async function readMutedUntil(): Promise<number | null> {
  const stored = await browser.storage.local.get(NOTICE_SETTINGS_KEY);
  const settings = stored[NOTICE_SETTINGS_KEY] as Partial<NoticeSettings> | undefined;
  return settings?.muted_until ?? null;
}

async function readPanelHidden(): Promise<boolean> {
  const stored = await browser.storage.local.get([SETTINGS_KEY, SITES_KEY]);
  const { chat_page = "" } = stored[SETTINGS_KEY] as Partial<Settings> | undefined ?? {};
  return chat_page !== "" && isHidden(siteOf(stored[SITES_KEY], chat_page), Date.now());
}
