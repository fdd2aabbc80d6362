/** Connects the options page and the first set-up to the background and the browser's permissions. */
import { signal } from "@preact/signals";
import { render } from "preact";
import { browser } from "wxt/browser";
import { browserName } from "../../pages/form/browser_name.ts";
import { focusLater } from "../../pages/form/focus_later.ts";
import { redeem } from "../../pages/form/redeem.ts";
import { testConnection } from "../../pages/form/test_connection.ts";
import { Onboarding } from "../../pages/onboarding/Onboarding.tsx";
import { SetUp } from "../../pages/onboarding/set_up.ts";
import { applyTheme } from "../../pages/form/theme.ts";
import { Choices } from "../../pages/options/choices.ts";
import { OptionsForm } from "../../pages/options/form.ts";
import { Options } from "../../pages/options/Options.tsx";
import type { FileContent } from "../../pages/options/describe_file.ts";
import { managedNames, writeFile } from "../../pages/options/settings_file.ts";
import { Transfer } from "../../pages/options/transfer.ts";
import { say, type Spoken, spoken } from "../../../shared/words/say.ts";
import { readManaged } from "../../state/managed.ts";
import { readNoticeSettings, saveNoticeSettings } from "../../state/notice_settings.ts";
import { mayReach, patternsOf, requestOrigins } from "../../state/origins.ts";
import { changePreferences, readPreferences } from "../../state/preferences.ts";
import { type Settings, SETTINGS_KEY } from "../../state/settings.ts";
import { KEY_KEY, keyFor } from "../../state/stored_key.ts";
import { storedSettings, withManaged } from "../../state/settings_check.ts";
import { speakHere, speakInPage, spokenFor } from "../../state/language.ts";
import { readStoredView } from "../../state/stored_view.ts";
import { connectView, LOADING_VIEW, send } from "../../state/view_client.ts";

/** In this tab's storage while the set-up is open, so that it continues when the page is loaded again. */
const SET_UP = "set-up";

const app = document.getElementById("app")!;
const kind = location.protocol === "moz-extension:" ? "firefox" : "chromium";
const view = signal(LOADING_VIEW);
/** Draws the page that is shown; each language anew, because parts whose values are the same would stay as they are. */
let draw = () => {};
connectView({ readStored: readStoredView, onView: (next) => view.value = next, onLanguage });

const deps = {
  send,
  ask: requestOrigins,
  async test(settings: Settings, key: string | null) {
    const kept = await browser.storage.local.get(KEY_KEY);
    return await testConnection(settings, key ?? keyFor(kept[KEY_KEY], settings.server_url));
  },
  redeem: (server_url: string, code: string) => redeem(server_url, code, browserName(navigator.userAgent)),
};

const { theme, language } = await readPreferences();
applyTheme(theme);
await speakInPage(language);
document.title = say("Quota Gauge: options");
const stored = await readSettings();
if (stored.server_url === "" || sessionStorage.getItem(SET_UP)) await showSetUp(stored);
else await showOptions(stored);

/** Draws the page again in another language, and gives the focus back. */
function onLanguage(next: Spoken): void {
  if (next.locale.tag === spoken().locale.tag) return;
  speakHere(next);
  document.title = say("Quota Gauge: options");
  const { id } = document.activeElement ?? app;
  draw();
  document.getElementById(id)?.focus();
}

async function showSetUp(stored: Settings): Promise<void> {
  sessionStorage.setItem(SET_UP, "open");
  const setUp = new SetUp(stored, {
    ...deps,
    allowed: (settings) => mayReach(patternsOf(settings)),
    isPinned,
    focus,
    finish: () => void readSettings().then(showOptions),
  });
  // The page gets the focus again after a click in the toolbar.
  globalThis.addEventListener("focus", () => void setUp.lookAtToolbar());
  const managed = managedNames(await readManaged());
  const Page = () => <Onboarding view={view.value} setUp={setUp} browser={kind} managed={managed} />;
  draw = () => render(<Page key={spoken().locale.tag} />, app);
  draw();
}

async function showOptions(stored: Settings): Promise<void> {
  sessionStorage.removeItem(SET_UP);
  const [preferences, notices, managed] = await Promise.all([readPreferences(), readNoticeSettings(), readManaged()]);
  const form = new OptionsForm(stored, deps);
  const choices = new Choices(preferences, notices, {
    async savePreferences(changed) {
      if (changed.theme) applyTheme(changed.theme);
      if (changed.language) onLanguage(await spokenFor(changed.language));
      await changePreferences(changed);
    },
    saveNotices: saveNoticeSettings,
    askNotifications: () => browser.permissions.request({ permissions: ["notifications"] }),
  });
  const transfer = new Transfer({
    write: async () => writeFile(await readSettings(), choices.preferences, choices.notices),
    download,
    ask: ({ server_url = "", chat_page = "" }) => requestOrigins({ server_url, chat_page }),
    apply,
  });
  const names = managedNames(managed);
  const Page = () => <Options view={view.value} form={form} choices={choices} transfer={transfer} managed={names} />;
  draw = () => render(<Page key={spoken().locale.tag} />, app);
  draw();
  scrollTo(0, 0);
}

async function readSettings(): Promise<Settings> {
  const [stored, managed] = await Promise.all([browser.storage.local.get(SETTINGS_KEY), readManaged()]);
  return withManaged(storedSettings(stored[SETTINGS_KEY]), managed);
}

/** Stores what a file sets, and loads the page again with it. */
async function apply({ settings, preferences, notices }: FileContent): Promise<void> {
  await changePreferences(preferences);
  await saveNoticeSettings(notices);
  await send({ type: "save", settings: { ...await readSettings(), ...settings } });
  location.reload();
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

async function isPinned(): Promise<boolean | null> {
  const settings = await browser.action.getUserSettings?.();
  return settings?.isOnToolbar ?? null;
}

function focus(id: string): void {
  focusLater(id, document, (then) => requestAnimationFrame(() => setTimeout(then)));
}
