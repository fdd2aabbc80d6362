/** Reads and changes the {@link Preferences}. */
import { browser } from "wxt/browser";
import { DEFAULT_PREFERENCES, type Preferences } from "./settings.ts";

/** Checks each preference, because another version of the extension may have stored it. */
const IS_VALID: Record<keyof Preferences, (value: unknown) => boolean> = {
  time: oneOf("relative", "absolute"),
  share: oneOf("used", "left"),
  workspace: oneOf("chosen", "tightest"),
};

const NAMES = Object.keys(IS_VALID) as (keyof Preferences)[];

/**
 * The preferences in a storage area's items. Those that are missing or invalid have their default.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { preferencesIn } from "./preferences.ts";
 *
 * const { time, share } = preferencesIn({ time: "absolute", share: "half" });
 * assert.deepEqual([time, share], ["absolute", "used"]);
 * ```
 */
export function preferencesIn(items: Record<string, unknown>): Preferences {
  const valid = NAMES.filter((name) => IS_VALID[name](items[name])).map((name) => [name, items[name]]);
  return { ...DEFAULT_PREFERENCES, ...Object.fromEntries(valid) };
}

/** The stored preferences, or the defaults where the browser cannot read them. */
export async function readPreferences(): Promise<Preferences> {
  try {
    return preferencesIn(await browser.storage.sync.get(NAMES));
  } catch {
    return DEFAULT_PREFERENCES;
  }
}

/** Stores the given preferences and leaves the others as they are. */
export function changePreferences(changed: Partial<Preferences>): Promise<void> {
  return browser.storage.sync.set(changed);
}

function oneOf(...values: unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value);
}
