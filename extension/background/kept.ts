/** What the browser keeps of the reader's choices. */
import { browser } from "wxt/browser";
import { readManaged } from "../state/managed.ts";
import { readPreferences } from "../state/preferences.ts";
import { type Preferences, type Settings, SETTINGS_KEY } from "../state/settings.ts";
import { storedSettings, withManaged } from "../state/settings_check.ts";
import { KEY_KEY } from "../state/stored_key.ts";

export interface Kept {
  /** Those of the organization win. */
  settings: Settings;
  /** As it is stored: it may be for another service. */
  key: unknown;
  preferences: Preferences;
}

export async function readKept(): Promise<Kept> {
  const [items, preferences, managed] = await Promise.all([
    browser.storage.local.get([SETTINGS_KEY, KEY_KEY]),
    readPreferences(),
    readManaged(),
  ]);
  return { settings: withManaged(storedSettings(items[SETTINGS_KEY]), managed), key: items[KEY_KEY], preferences };
}
