/** Connects the options page and the first set-up to the background and the browser's permissions. */
import { signal } from "@preact/signals";
import { render } from "preact";
import { browser } from "wxt/browser";
import { browserName } from "../../pages/form/browser_name.ts";
import { redeem } from "../../pages/form/redeem.ts";
import { testConnection } from "../../pages/form/test_connection.ts";
import { Onboarding } from "../../pages/onboarding/Onboarding.tsx";
import { SetUp } from "../../pages/onboarding/set_up.ts";
import { OptionsForm } from "../../pages/options/form.ts";
import { Options } from "../../pages/options/Options.tsx";
import { mayReach, patternsOf, requestOrigins } from "../../state/origins.ts";
import { type Settings, SETTINGS_KEY } from "../../state/settings.ts";
import { KEY_KEY, keyFor } from "../../state/stored_key.ts";
import { storedSettings } from "../../state/settings_check.ts";
import { readStoredView } from "../../state/stored_view.ts";
import { connectView, LOADING_VIEW, send } from "../../state/view_client.ts";

/** In this tab's storage while the set-up is open, so that it continues when the page is loaded again. */
const SET_UP = "set-up";

const app = document.getElementById("app")!;
const view = signal(LOADING_VIEW);
connectView({ readStored: readStoredView, onView: (next) => view.value = next });

const deps = {
  send,
  ask: requestOrigins,
  async test(settings: Settings, key: string | null) {
    const kept = await browser.storage.local.get(KEY_KEY);
    return await testConnection(settings, key ?? keyFor(kept[KEY_KEY], settings.server_url));
  },
  redeem: (server_url: string, code: string) => redeem(server_url, code, browserName(navigator.userAgent)),
};

const stored = await readSettings();
if (stored.server_url === "" || sessionStorage.getItem(SET_UP)) showSetUp(stored);
else showOptions(stored);

function showSetUp(stored: Settings): void {
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
  const kind = location.protocol === "moz-extension:" ? "firefox" : "chromium";
  const Page = () => <Onboarding view={view.value} setUp={setUp} browser={kind} />;
  render(<Page />, app);
}

function showOptions(stored: Settings): void {
  sessionStorage.removeItem(SET_UP);
  const form = new OptionsForm(stored, deps);
  const Page = () => <Options view={view.value} form={form} />;
  render(<Page />, app);
  scrollTo(0, 0);
}

async function readSettings(): Promise<Settings> {
  const stored = await browser.storage.local.get(SETTINGS_KEY);
  return storedSettings(stored[SETTINGS_KEY]);
}

async function isPinned(): Promise<boolean | null> {
  const settings = await browser.action.getUserSettings?.();
  return settings?.isOnToolbar ?? null;
}

/** After the next frame, in which the element is drawn. */
function focus(id: string): void {
  requestAnimationFrame(() => setTimeout(() => document.getElementById(id)?.focus()));
}
