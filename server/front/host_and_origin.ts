/**
 * Refuses requests that a web page could cause, before any route sees them. In personal mode there is no key, so no page
 * may reach the service through its visitor's browser: neither under another name of this machine (DNS rebinding) nor
 * from another origin.
 */
import type { PublicUrl } from "../access/public_url.ts";
import { isLoopback } from "../core/loopback.ts";
import type { ProblemCode } from "../../shared/problem.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pathFault } from "./path_fault.ts";

/** The parts of a request that are checked. */
interface RequestHead {
  /** The request target as sent. */
  target: string;
  /** Raw header names and values in turn, as sent. */
  raw_headers: readonly string[];
  method?: string;
  /** Has the address at which the connection arrived: to read it takes a system call, and few checks need it. */
  socket?: { localAddress?: string };
}

/** How the service may be reached, and by which pages. */
export interface ReachRules {
  /** On which the service listens. */
  port: number;
  /** Whether the connection is HTTPS, whose port a browser omits if it is 443. */
  secure?: boolean;
  /** Whether every route needs a key. */
  isTeam: boolean;
  public_url: PublicUrl | null;
  /** Origins of web pages that may use every route. */
  allowed_origins: ReadonlySet<string>;
}

/** Why a request is refused. */
export interface Rejection {
  code: ProblemCode;
  detail: string;
}

const EXTENSION_ORIGIN = /^(chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

/** Paths of the gateway. */
const GATEWAY_PATH = /^(?:\/w\/[^/?]*)?\/v1\/./s;

/** Paths that end with the id of a call or a reservation, which its program chooses. It may contain a slash. */
const ID_PATH = /^\/api\/quota\/(?:calls|reservations)\/[^/?]+(?:\?|$)/;

/** Routes by which an extension gets its key and its tickets; they need a code or a key themselves. */
const OPEN_TO_EXTENSIONS = new Set(["/api/quota/pairing/redeem", "/api/quota/ticket"]);

/**
 * Checks the host, the path and the origin of a request.
 *
 * @returns `null` for a request that is accepted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkHostAndOrigin } from "./host_and_origin.ts";
 *
 * const rules = { port: 8787, isTeam: false, public_url: null, allowed_origins: new Set<string>() };
 * const check = (host: string) => checkHostAndOrigin({ target: "/healthz", raw_headers: ["Host", host] }, rules);
 * assert.equal(check("127.0.0.1:8787"), null);
 * assert.equal(check("evil.example")?.code, "foreign_host");
 * ```
 */
export function checkHostAndOrigin(head: RequestHead, rules: ReachRules): Rejection | null {
  const { target, raw_headers } = head;
  const hosts = valuesOf(raw_headers, "host");
  if (hosts.length !== 1 || !isOwnHost(hosts[0], head, rules)) return foreignHost(hosts, rules);
  const fault = pathFault(target, isForGateway(target) || ID_PATH.test(target));
  if (fault !== null) return malformedPath(target, fault);
  const origins = valuesOf(raw_headers, "origin").map((origin) => origin.toLowerCase());
  if (origins.length === 1 && rules.allowed_origins.has(origins[0])) return null;
  return foreignOrigin(origins, hosts[0], head, rules) ?? foreignElement(raw_headers, target);
}

/** Whether a target is one of the gateway, whose errors have the provider's shape. */
export function isForGateway(target: string): boolean {
  return GATEWAY_PATH.test(target);
}

/** A loopback name, the public name, or the very address at which the connection arrived. No other name can be ours. */
function isOwnHost(host: string, { socket }: RequestHead, { port, secure, public_url }: ReachRules): boolean {
  if (host === `127.0.0.1:${port}` || host === `localhost:${port}`) return true;
  if (public_url !== null && host.toLowerCase() === public_url.host) return true;
  const [, name, given = secure ? "443" : "80"] = /^(.*?)(?::(\d{1,5}))?$/s.exec(host)!;
  // Without brackets the last part of an IPv6 address would be read as a port.
  if (Number(given) !== port || /^[^[]*:/.test(name)) return false;
  return isLoopback(name) ||
    name.replace(/^\[|\]$/g, "").toLowerCase() === socket?.localAddress?.replace(/^::ffff:/, "");
}

function malformedPath(target: string, fault: string): Rejection {
  const shown = JSON.stringify(target.split("?", 1)[0].slice(0, 100));
  return { code: "malformed_path", detail: `Cannot route ${shown}: ${fault}. Send a plain path` };
}

function foreignHost(hosts: readonly string[], { port, public_url }: ReachRules): Rejection {
  const given = hosts.length === 0 ? "no Host" : `Host ${hosts.join(", ").slice(0, 100)}`;
  const known = public_url === null ? `127.0.0.1:${port} or localhost:${port}` : public_url.origin;
  const detail = `Cannot answer a request with ${given}: ask for ${known}, or set QUOTA_PUBLIC_URL to the other name`;
  return { code: "foreign_host", detail };
}

/**
 * The gateway takes no call from any page or extension: it would spend the provider's key. Without keys an extension may
 * only read.
 */
function foreignOrigin(
  origins: readonly string[],
  host: string,
  head: RequestHead,
  rules: ReachRules,
): Rejection | null {
  if (origins.length === 0) return null;
  const { target, method = "GET" } = head;
  const forGateway = isForGateway(target);
  const own = [`http://${host.toLowerCase()}`, `https://${host.toLowerCase()}`, rules.public_url?.origin];
  const mayWrite = rules.isTeam || method === "GET" || OPEN_TO_EXTENSIONS.has(target);
  const isForeign = (origin: string) =>
    forGateway || !(own.includes(origin) || (mayWrite && EXTENSION_ORIGIN.test(origin)));
  const foreign = origins.find(isForeign);
  if (foreign === undefined) return null;
  const shown = foreign.slice(0, 100);
  const detail = forGateway
    ? `Cannot forward a call from ${shown}: pages and extensions may not spend the provider's key, unless ` +
      "QUOTA_ALLOWED_ORIGINS lists them"
    : `Cannot answer a page of ${shown}: only this service's own pages, extensions and QUOTA_ALLOWED_ORIGINS may ask`;
  return { code: "foreign_origin", detail };
}

/**
 * A page's image, script or frame sends no Origin. The page cannot read the response, but the gateway would forward the
 * request, and it would be paid for.
 */
function foreignElement(raw_headers: readonly string[], target: string): Rejection | null {
  const site = valuesOf(raw_headers, "sec-fetch-site")[0];
  if (site !== "cross-site" && site !== "same-site") return null;
  const [mode] = valuesOf(raw_headers, "sec-fetch-mode");
  return mode === "no-cors" || isForGateway(target) ? refusePage("another site's page") : null;
}

function refusePage(origin: string): Rejection {
  const detail = `Cannot answer ${origin}: only this service's own pages and extensions may send requests`;
  return { code: "foreign_origin", detail };
}

const NO_VALUES: readonly string[] = [];

function valuesOf(raw_headers: readonly string[], name: string): readonly string[] {
  let values: string[] | null = null;
  for (let at = 0; at < raw_headers.length; at += 2) {
    // Compares lengths first: this runs for every header of every request, and few headers have this length.
    if (raw_headers[at].length === name.length && raw_headers[at].toLowerCase() === name) {
      (values ??= []).push(raw_headers[at + 1]);
    }
  }
  return values ?? NO_VALUES;
}

/** The methods that the service takes. */
export const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

/** How long a browser may remember the answer to its question, in seconds. */
const MAX_AGE = "600";

/**
 * Allows a listed page to read the response, and answers the question that its browser asks before a request.
 *
 * @returns whether the request is answered.
 */
export function allowOrigin(
  { headers, method }: IncomingMessage,
  response: ServerResponse,
  allowed: ReadonlySet<string>,
): boolean {
  const { origin } = headers;
  if (origin === undefined || !allowed.has(origin.toLowerCase())) return false;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", "*");
  response.setHeader("vary", "origin");
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  response.writeHead(204, {
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "",
    "access-control-max-age": MAX_AGE,
  }).end();
  return true;
}
