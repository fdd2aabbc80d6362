/**
 * Refuses requests that a web page could cause, before any route sees them. In personal mode there is no key, so no page
 * may reach the service through its visitor's browser: neither under another name of this machine (DNS rebinding) nor
 * from another origin.
 */
import { isLoopback } from "../core/loopback.ts";
import type { ProblemCode } from "../../shared/problem.ts";

/** The parts of a request that are checked. */
interface RequestHead {
  /** The request target as sent. */
  target: string;
  /** Raw header names and values in turn, as sent. */
  raw_headers: readonly string[];
}

/** Why a request is refused. */
export interface Rejection {
  code: ProblemCode;
  detail: string;
}

const DOT_SEGMENT = /(^|[/\\])(\.|%2e){1,2}($|[/\\?#])|%2f|%5c|%00|\\/i;
const EXTENSION_ORIGIN = /^(chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

/** Paths of the gateway. */
const GATEWAY_PATH = /^(?:\/w\/[^/?]*)?\/v1\/./s;

/**
 * Checks the host, the path and the origin of a request.
 *
 * @param port on which the service listens.
 * @returns `null` for a request that is accepted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkHostAndOrigin } from "./host_and_origin.ts";
 *
 * const check = (host: string) => checkHostAndOrigin({ target: "/healthz", raw_headers: ["Host", host] }, 8787);
 * assert.equal(check("127.0.0.1:8787"), null);
 * assert.equal(check("evil.example")?.code, "foreign_host");
 * ```
 */
export function checkHostAndOrigin({ target, raw_headers }: RequestHead, port: number): Rejection | null {
  const hosts = valuesOf(raw_headers, "host");
  if (hosts.length !== 1 || !isOwnHost(hosts[0], port)) return foreignHost(hosts, port);
  const path = target.split("?", 1)[0];
  if (!target.startsWith("/") || DOT_SEGMENT.test(path)) {
    return { code: "malformed_path", detail: `Cannot route ${JSON.stringify(path.slice(0, 100))}: give a plain path` };
  }
  return foreignOrigin(valuesOf(raw_headers, "origin"), hosts[0]) ?? foreignElement(raw_headers, target);
}

/** Whether a target is one of the gateway, whose errors have the provider's shape. */
export function isForGateway(target: string): boolean {
  return GATEWAY_PATH.test(target);
}

function isOwnHost(host: string, port: number): boolean {
  const [, name, given = "80"] = /^(.*?)(?::(\d{1,5}))?$/s.exec(host)!;
  // Without brackets the last part of an IPv6 address would be read as a port.
  return Number(given) === port && isLoopback(name) && !/^[^[]*:/.test(name);
}

function foreignHost(hosts: string[], port: number): Rejection {
  const given = hosts.length === 0 ? "no Host" : `Host ${hosts.join(", ").slice(0, 100)}`;
  return {
    code: "foreign_host",
    detail: `Cannot answer a request with ${given}: ask for 127.0.0.1:${port} or localhost:${port}`,
  };
}

function foreignOrigin(origins: string[], host: string): Rejection | null {
  const own = `http://${host.toLowerCase()}`;
  const foreign = origins.find((origin) => !EXTENSION_ORIGIN.test(origin) && origin.toLowerCase() !== own);
  return foreign === undefined ? null : refusePage(`a page of ${foreign.slice(0, 100)}`);
}

/**
 * A page's image, script or frame sends no Origin. The page cannot read the response, but the gateway would forward the
 * request, and it would be paid for.
 */
function foreignElement(raw_headers: readonly string[], target: string): Rejection | null {
  const [site] = valuesOf(raw_headers, "sec-fetch-site");
  if (site !== "cross-site" && site !== "same-site") return null;
  const [mode] = valuesOf(raw_headers, "sec-fetch-mode");
  return mode === "no-cors" || isForGateway(target) ? refusePage("another site's page") : null;
}

function refusePage(origin: string): Rejection {
  const detail = `Cannot answer ${origin}: only this service's own pages and extensions may send requests`;
  return { code: "foreign_origin", detail };
}

function valuesOf(raw_headers: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < raw_headers.length; at += 2) {
    // Compares lengths first: this runs for every header of every request, and few headers have this length.
    if (raw_headers[at].length === name.length && raw_headers[at].toLowerCase() === name) {
      values.push(raw_headers[at + 1]);
    }
  }
  return values;
}
