/** The service's public address, behind a proxy or under another name: `QUOTA_PUBLIC_URL`. */

export interface PublicUrl {
  /** `https://tools.acme.dev` */
  origin: string;
  /** As a browser sends it in `Host`: without the scheme's own port. */
  host: string;
  /** `/quota`, or an empty text for the root. */
  prefix: string;
}

/**
 * Reads the setting.
 *
 * @returns `null` for a text that is not an http or https URL without user name, query or fragment.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parsePublicUrl } from "./public_url.ts";
 *
 * assert.deepEqual(parsePublicUrl("https://tools.acme.dev/quota/"), {
 *   origin: "https://tools.acme.dev",
 *   host: "tools.acme.dev",
 *   prefix: "/quota",
 * });
 * ```
 */
export function parsePublicUrl(text: string): PublicUrl | null {
  const url = URL.parse(text);
  if (!url || !/^https?:\/\/[^/]/i.test(text) || url.username || url.password || /[?#]/.test(text)) return null;
  return { origin: url.origin, host: url.host, prefix: url.pathname.replace(/\/+$/, "") };
}

/**
 * A request target without the public prefix, whether the proxy before the service removes it or not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withoutPrefix } from "./public_url.ts";
 *
 * assert.equal(withoutPrefix("/quota/api/quota/status", "/quota"), "/api/quota/status");
 * assert.equal(withoutPrefix("/quotas", "/quota"), "/quotas");
 * ```
 */
export function withoutPrefix(target: string, prefix: string): string {
  if (prefix === "" || !target.startsWith(prefix)) return target;
  const rest = target.slice(prefix.length);
  if (rest === "") return "/";
  return rest.startsWith("/") ? rest : rest.startsWith("?") ? `/${rest}` : target;
}
