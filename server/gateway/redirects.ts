/**
 * Redirects by the upstream. One to the same server is followed; the address of another one is not for the caller, whose
 * program would send its key there.
 */

/** Redirects that one call follows. */
export const MAX_REDIRECTS = 3;

/** Whether a response sends the request elsewhere. A 304, and a 300 without an address, are answers for the caller. */
export function isRedirect(status: number, location: string | undefined): boolean {
  return status >= 300 && status < 400 && status !== 304 && location !== undefined;
}

/**
 * The path to which a redirect leads; `null` unless it leads to the same server and keeps method and body.
 *
 * @param from the URL that was redirected.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { redirectTarget } from "./redirects.ts";
 *
 * assert.equal(redirectTarget(307, "/v2/chat?a=b", "https://a.example/v1/chat"), "/v2/chat?a=b");
 * assert.equal(redirectTarget(307, "https://b.example/v1/chat", "https://a.example/v1/chat"), null);
 * ```
 */
export function redirectTarget(status: number, location: string, from: string): string | null {
  if (status !== 307 && status !== 308) return null;
  const to = URL.parse(location, from);
  if (to === null || to.origin !== new URL(from).origin || to.username !== "" || to.password !== "") return null;
  return to.pathname + to.search;
}

/** For callers: why a redirect is not followed. */
export function redirectMessage(status: number): string {
  const why = status === 307 || status === 308
    ? "to another server, or too often: a key does not follow there"
    : "by a status after which its body would not be sent again";
  return `Cannot forward the call: the upstream redirects it (${status}) ${why}. Set QUOTA_UPSTREAM_URL to the address ` +
    "that the service's log names";
}

/** A redirect's address for the log: a signed one has its secret in the query. */
export function loggedLocation(location: string): string {
  return location.replace(/\/\/[^/]*@/, "//").split(/[?#]/, 1)[0].slice(0, 200);
}
