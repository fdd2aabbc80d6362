/** Connects the options page to the background and the browser's permissions. */
import { signal } from "@preact/signals";
import { render } from "preact";
import { browser } from "wxt/browser";
import { browserName } from "../../pages/options/browser_name.ts";
import { OptionsForm } from "../../pages/options/form.ts";
import { Options } from "../../pages/options/Options.tsx";
import { redeem } from "../../pages/options/redeem.ts";
import { testConnection } from "../../pages/options/test_connection.ts";
import { requestOrigins } from "../../state/origins.ts";
import { SETTINGS_KEY } from "../../state/settings.ts";
import { KEY_KEY, keyFor } from "../../state/stored_key.ts";
import { storedSettings } from "../../state/settings_check.ts";
import { readStoredView } from "../../state/stored_view.ts";
import { connectView, LOADING_VIEW, send } from "../../state/view_client.ts";

const view = signal(LOADING_VIEW);
connectView({ readStored: readStoredView, onView: (next) => view.value = next });
const stored = await browser.storage.local.get(SETTINGS_KEY);
const form = new OptionsForm(storedSettings(stored[SETTINGS_KEY]), {
  send,
  ask: requestOrigins,
  async test(settings, key) {
    const kept = await browser.storage.local.get(KEY_KEY);
    return await testConnection(settings, key ?? keyFor(kept[KEY_KEY], settings.server_url));
  },
  redeem: (server_url, code) => redeem(server_url, code, browserName(navigator.userAgent)),
});
const Page = () => <Options view={view.value} form={form} />;
render(<Page />, document.getElementById("app")!);
