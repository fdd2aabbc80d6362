/** Permissions of the browser for the addresses in the settings. */
import { browser } from "wxt/browser";
import type { Settings } from "./settings.ts";

/**
 * The match pattern for an address. Patterns have no ports: a permission for one port of a host is one for all ports.
 *
 * @param address an http(s) address; `ws` ones follow their http sibling.
 * @returns for example `http://127.0.0.1/*`; null where it is not an http(s) address.
 */
export function originPattern(address: string): string | null {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  return `${url.protocol}//${url.hostname}/*`;
}

/** The distinct patterns that these settings need. */
export function patternsOf({ server_url, chat_page }: Pick<Settings, "server_url" | "chat_page">): string[] {
  const patterns = [server_url, chat_page].map(originPattern);
  return [...new Set(patterns.filter((pattern) => pattern !== null))];
}

/** Whether the extension may reach these patterns now. */
export function mayReach(patterns: string[]): Promise<boolean> {
  return browser.permissions.contains({ origins: patterns });
}

/**
 * Asks the user for the permissions of these settings. Browsers allow that only during a click: call it before any `await`.
 *
 * @returns whether all are granted.
 */
export function requestOrigins(settings: Pick<Settings, "server_url" | "chat_page">): Promise<boolean> {
  return browser.permissions.request({ origins: patternsOf(settings) });
}
