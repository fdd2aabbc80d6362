/** The reader's choices for the widget on one site, and where they are stored. */

import type { Spot, WidgetSite } from "./settings.ts";

const SPOTS: unknown[] = ["page", "top-left", "top-right", "bottom-left", "bottom-right"] satisfies Spot[];

const isBoolean = (value: unknown) => typeof value === "boolean";

/** Checks each choice, because another version of the extension, or any page, may have made it. */
const IS_VALID: Record<keyof WidgetSite, (value: unknown) => boolean> = {
  spot: (value) => SPOTS.includes(value),
  dot: isBoolean,
  open: isBoolean,
  hidden_until: (value) => value === null || value === "always" || Number.isFinite(value),
};

const NAMES = Object.keys(IS_VALID) as (keyof WidgetSite)[];

export const DEFAULT_SITE: WidgetSite = { spot: "page", dot: false, open: false, hidden_until: null };

/** Key of the choices of every site in `storage.local`: a record by origin. */
export const SITES_KEY = "widget_sites";

/** The choices for the site of `address`, or the defaults where none are stored. */
export function siteOf(stored: unknown, address: string): WidgetSite {
  const site = (stored as Record<string, unknown> | undefined)?.[URL.parse(address)?.origin ?? ""];
  return { ...DEFAULT_SITE, ...siteChange(site) };
}

/** The stored record after a change for the site of `address`. */
export function withSite(stored: unknown, address: string, change: Partial<WidgetSite>): Record<string, unknown> {
  const origin = URL.parse(address)?.origin ?? "";
  return { ...stored as object | undefined, [origin]: { ...siteOf(stored, address), ...change } };
}

/**
 * The valid part of a change, which a content script of any page may have sent.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { siteChange } from "./widget_site.ts";
 *
 * assert.deepEqual(siteChange({ spot: "top-left", server_url: "https://evil.test" }), { spot: "top-left" });
 * assert.deepEqual(siteChange({ spot: "centre" }), {});
 * ```
 */
export function siteChange(change: unknown): Partial<WidgetSite> {
  const given = Object(change) as Record<string, unknown>;
  return Object.fromEntries(
    NAMES.filter((name) => name in given && IS_VALID[name](given[name])).map((name) => [name, given[name]]),
  );
}
