/** Reads an address that was typed or pasted: a service's or a web page's. */

/**
 * Why a text is no usable address.
 *
 * - `empty` no text
 * - `spaces` it has a space in it
 * - `scheme` it begins with another scheme than http(s), for example `javascript:` or `file:`
 * - `password` it holds a user name or a password, which would be stored and shown as part of the address
 * - `listening` it is `0.0.0.0` or `[::]`, on which a service listens and to which no browser connects
 * - `malformed` anything else: a host name with other characters, a port past 65535, a text of pages, …
 */
export type AddressFault = "empty" | "spaces" | "scheme" | "password" | "listening" | "malformed";

/** A service's address, and the workspace that a pasted address names, as it was typed. */
interface ServiceAddress {
  /** Origin and path, no trailing slash. */
  server_url: string;
  workspace_id: string | undefined;
}

/** In characters. A longer text is no address, and the expressions below would take long to read it. */
const MAX_LENGTH = 2_000;

/** The path before the service's own routes, and the workspace that they name. */
const SERVICE_PATH =
  /^(.*?)(?:\/w\/([^/]+))?(?:\/(?:v1|api\/quota)(?:\/.*)?|\/(?:healthz|livez|readyz|metrics|openapi\.json|docs))?\/*$/i;

/** Quotation marks and angle brackets around text that was copied from a file or a mail. */
const AROUND = /^[\s"'`<“‘«]+|[\s"'`>”’»]+$/g;

/** What is left out at the end of a path: slashes, and the one quotation mark that `URL` leaves as it is. */
const END_OF_PATH = /['/]+$/;

const WITH_SCHEME = /^(?:https?:|[a-z][a-z0-9+.-]*:\/\/)/i;

/** A socket's address has the same origin as the service's other addresses. */
const WEB_SCHEMES: Record<string, string> = { "http:": "http:", "https:": "https:", "ws:": "http:", "wss:": "https:" };

/** Schemes without slashes, whose text could pass for a host and its port: `data:1`. */
const OTHER_SCHEMES = /^(?:javascript|data|file|blob|about|mailto|tel|ftp|view-source):/i;

const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)$/;

/**
 * Reads a service's address. The base URL of an SDK, the address of a route and a socket's address are understood too; the
 * scheme may be left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseService } from "./address.ts";
 *
 * assert.deepEqual(parseService("HTTPS://tools.acme.dev/quota/w/blue/v1/?x=1"), {
 *   server_url: "https://tools.acme.dev/quota",
 *   workspace_id: "blue",
 * });
 * assert.equal(parseService("my server:8787"), "spaces");
 * assert.equal(parseService("javascript:alert(1)"), "scheme");
 * ```
 */
export function parseService(text: string): ServiceAddress | AddressFault {
  const url = webAddress(text);
  if (typeof url === "string") return url;
  const { path, workspace } = servicePath(url.pathname);
  return {
    server_url: url.origin + path,
    workspace_id: workspace ?? url.searchParams.get("workspace_id") ?? undefined,
  };
}

/** Reads a path until nothing more can be left out: `/quota/v1'/v1/` is `/quota`. */
function servicePath(pathname: string): { path: string; workspace: string | undefined } {
  const [, path, workspace] = SERVICE_PATH.exec(pathname.replace(END_OF_PATH, ""))!;
  if (path === pathname) return { path, workspace };
  const rest = servicePath(path);
  return { path: rest.path, workspace: workspace ?? rest.workspace };
}

/** Reads the address of a web page. An empty text is the fault `empty`. */
export function webAddress(text: string): URL | AddressFault {
  if (text.length > MAX_LENGTH) return "malformed";
  const typed = text.replace(AROUND, "");
  if (typed === "") return "empty";
  if (/\s/.test(typed)) return "spaces";
  if (OTHER_SCHEMES.test(typed)) return "scheme";
  const url = URL.parse(WITH_SCHEME.test(typed) ? typed : `http://${typed}`);
  if (!url) return "malformed";
  const protocol = WEB_SCHEMES[url.protocol];
  if (!protocol) return "scheme";
  if (url.username !== "" || url.password !== "") return "password";
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") return "listening";
  // `http://8787` is a number, which URL turns into the host 0.0.34.83.
  if (!HOST.test(url.hostname) || url.hostname.startsWith("0.")) return "malformed";
  return new URL(url.href.replace(/^[a-z]+:/, protocol));
}
