/** Reads and changes the {@link Preferences}. */
import { browser } from "wxt/browser";
import { LANGUAGES } from "../../shared/words/languages.ts";
import { readManaged } from "./managed.ts";
import { DEFAULT_PREFERENCES, type Preferences } from "./settings.ts";

/** Checks each preference, because another version of the extension may have stored it. */
const IS_VALID: Record<keyof Preferences, (value: unknown) => boolean> = {
  time: oneOf("relative", "absolute"),
  share: oneOf("used", "left"),
  workspace: oneOf("chosen", "tightest"),
  live_updates: oneOf(true, false),
  refresh_seconds: oneOf(5, 10, 15, 30),
  theme: oneOf("system", "light", "dark"),
  badge_when_normal: oneOf("number", "blank"),
  language: oneOf("auto", ...LANGUAGES),
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
  return { ...DEFAULT_PREFERENCES, ...validIn(items) };
}

/** The preferences among these items that are valid. */
export function validIn(items: Record<string, unknown>): Partial<Preferences> {
  return Object.fromEntries(
    NAMES.filter((name) => IS_VALID[name](items[name])).map((name) => [name, items[name]]),
  );
}

/** The stored preferences, or the defaults where the browser cannot read them. Those of the organization win. */
export async function readPreferences(): Promise<Preferences> {
  const [stored, managed] = await Promise.all([
    browser.storage.sync.get(NAMES).catch(() => ({})),
    readManaged(),
  ]);
  return { ...preferencesIn(stored), ...validIn(managed) };
}

/** Stores the given preferences and leaves the others as they are. */
export function changePreferences(changed: Partial<Preferences>): Promise<void> {
  return browser.storage.sync.set(changed);
}

function oneOf(...values: unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value);
}
