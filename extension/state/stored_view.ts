/** The snapshot that the background keeps in the session area. */
import { browser } from "wxt/browser";
import { type View, VIEW_KEY } from "./view.ts";

/**
 * The last view that the background stored, or undefined when there is none yet. For the extension's own pages: a content
 * script may not read the session area, and asking for it all the same costs its page 2 ms.
 */
export async function readStoredView(): Promise<View | undefined> {
  try {
    const stored = await browser.storage.session.get(VIEW_KEY);
    return stored[VIEW_KEY] as View | undefined;
  } catch {
    return undefined; // The port answers soon enough.
  }
}
