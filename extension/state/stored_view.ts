/** The snapshot that the background keeps in storage. */
import { browser } from "wxt/browser";
import type { View } from "../../shared/view.ts";

/** Key of the view: in `storage.session` while the browser runs, copied to `storage.local` for the next start. */
export const VIEW_KEY = "view";

/**
 * The last view that the background stored, or undefined when there is none yet. For the extension's own pages only: a
 * content script may not read the session area, and the attempt alone costs its page 2 ms.
 */
export async function readStoredView(): Promise<View | undefined> {
  try {
    const stored = await browser.storage.session.get(VIEW_KEY);
    return stored[VIEW_KEY] as View | undefined;
  } catch {
    return undefined; // The port delivers a view soon enough.
  }
}
