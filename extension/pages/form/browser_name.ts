/** The name under which a paired browser appears in the service's list of keys. It is in English, as that list is. */

/** In the order of the checks: other Chromium browsers name Chrome too, and Android names Linux. */
const BROWSERS: [mark: RegExp, name: string][] = [
  [/\bFirefox\//, "Firefox"],
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/Chrom(e|ium)\//, "Chrome"],
];
const PLATFORMS: [mark: RegExp, name: string][] = [
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/**
 * Names a browser and its platform.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { browserName } from "./browser_name.ts";
 *
 * const user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
 * assert.equal(browserName(user_agent), "Firefox on Linux");
 * ```
 */
export function browserName(user_agent: string): string {
  const nameOf = (list: [mark: RegExp, name: string][]) => list.find(([mark]) => mark.test(user_agent))?.[1];
  const platform = nameOf(PLATFORMS);
  return (nameOf(BROWSERS) ?? "A browser") + (platform ? ` on ${platform}` : "");
}
