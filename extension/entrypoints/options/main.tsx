/** The options page's wiring. */
import { render } from "preact";
import { browser } from "wxt/browser";
import { requestOrigins } from "../../state/origins.ts";
import { connectView, send, viewSignal } from "../../state/view_client.ts";
import { readStoredView } from "../../state/stored_view.ts";
import { SETTINGS_KEY } from "../../state/settings.ts";
import { storedSettings } from "../../state/settings_check.ts";
import { Options } from "../../pages/options/Options.tsx";
import { OptionsForm } from "../../pages/options/form.ts";

connectView({ readStored: readStoredView });
const stored = await browser.storage.local.get(SETTINGS_KEY);
const form = new OptionsForm(storedSettings(stored[SETTINGS_KEY]), { send, ask: requestOrigins });
render(<Options view={viewSignal} form={form} />, document.getElementById("app")!);
