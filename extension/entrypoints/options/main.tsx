/** Connects the options page to the background and the browser's permissions. */
import { render } from "preact";
import { browser } from "wxt/browser";
import { OptionsForm } from "../../pages/options/form.ts";
import { Options } from "../../pages/options/Options.tsx";
import { requestOrigins } from "../../state/origins.ts";
import { SETTINGS_KEY } from "../../state/settings.ts";
import { storedSettings } from "../../state/settings_check.ts";
import { readStoredView } from "../../state/stored_view.ts";
import { connectView, LOADING_VIEW, send } from "../../state/view_client.ts";

let view = LOADING_VIEW;
let draw = () => {};
connectView({
  readStored: readStoredView,
  onView(next) {
    view = next;
    draw();
  },
});
const stored = await browser.storage.local.get(SETTINGS_KEY);
const form = new OptionsForm(storedSettings(stored[SETTINGS_KEY]), {
  send,
  ask: requestOrigins,
  onChange: () => draw(),
});
draw = () => render(<Options view={view} form={form} />, document.getElementById("app")!);
draw();
