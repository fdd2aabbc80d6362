/** Which addresses the extension must be allowed to reach, and whether it is. */
import { browser } from "wxt/browser";
import type { Settings } from "./settings.ts";

/**
 * The match pattern that covers an address. Patterns know no ports: allowing one of a host's ports allows them all.
 *
 * @param address an http(s) address; `ws` ones follow their http sibling.
 * @returns for example `http://127.0.0.1/*`; null for what is no http(s) address.
 */
export function originPattern(address: string): string | null {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  return `${url.protocol}//${url.hostname}/*`;
}

/** The patterns that these settings need, without repeats. To be asked for in one `requestOrigins`, in the click. */
function patternsOf({ server_url, chat_page }: Pick<Settings, "server_url" | "chat_page">): string[] {
  const patterns = [server_url, chat_page].map(originPattern);
  return [...new Set(patterns.filter((pattern) => pattern !== null))];
}

/** Whether the extension may reach these patterns now. */
export function mayReach(patterns: string[]): Promise<boolean> {
  return browser.permissions.contains({ origins: patterns });
}

/**
 * Asks the person to allow what these settings need. Browsers grant it only inside a click: call it before any `await`.
 *
 * @returns whether all of it is allowed; true at once when it was already.
 */
export function requestOrigins(settings: Pick<Settings, "server_url" | "chat_page">): Promise<boolean> {
  return browser.permissions.request({ origins: patternsOf(settings) });
}
