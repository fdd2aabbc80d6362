/** Opens pages for the reader. */
import { browser } from "wxt/browser";

/** Opens the popup, or its page in a tab where the browser has no window to open it in. */
export async function openPopup(): Promise<void> {
  await browser.action.openPopup().catch(() => openPage(`${location.origin}/popup.html`));
}

export async function openPage(url: string): Promise<void> {
  await browser.tabs.create({ url });
}

export function openOptions(): Promise<void> {
  return browser.runtime.openOptionsPage();
}
