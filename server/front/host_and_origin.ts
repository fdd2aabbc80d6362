/**
 * Who may come in at all, before any route. In personal mode there is no key, so a web page must not reach the service from
 * its visitor's browser: neither under another name for this machine (DNS rebinding) nor from another origin.
 */
import { isLoopback } from "../core/loopback.ts";
import type { ProblemCode } from "../../shared/problem.ts";

/** A request, as far as the door looks at it. */
export interface Visitor {
  /** The request target as sent. */
  target: string;
  /** Raw header names and values in turn, as sent. */
  raw_headers: readonly string[];
}

/** Why a visitor may not come in. */
export interface Rejection {
  code: ProblemCode;
  detail: string;
}

const DOT_SEGMENT = /(^|[/\\])(\.|%2e){1,2}($|[/\\?#])|%2f|%5c|%00|\\/i;
const EXTENSION_ORIGIN = /^(chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

/**
 * @param port the port that the service listens on.
 * @returns `null` for a visitor who may come in.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reject } from "./host_and_origin.ts";
 *
 * assert.equal(reject({ target: "/healthz", raw_headers: ["Host", "127.0.0.1:8787"] }, 8787), null);
 * assert.equal(reject({ target: "/healthz", raw_headers: ["Host", "evil.example"] }, 8787)?.code, "foreign_host");
 * ```
 */
export function reject({ target, raw_headers }: Visitor, port: number): Rejection | null {
  const hosts = valuesOf(raw_headers, "host");
  if (hosts.length !== 1 || !isOurs(hosts[0], port)) return foreignHost(hosts, port);
  const path = target.split("?", 1)[0];
  if (!target.startsWith("/") || DOT_SEGMENT.test(path)) {
    return { code: "malformed_path", detail: `Cannot route ${JSON.stringify(path.slice(0, 100))}: give a plain path` };
  }
  return foreignOrigin(valuesOf(raw_headers, "origin"), hosts[0]) ?? foreignElement(raw_headers, target);
}

/** Whether a target is the gateway's, whose refusals have the provider's shape. */
export function isForGateway(target: string): boolean {
  return /^(\/w\/[^/]*)?\/v1\//.test(target);
}

function isOurs(host: string, port: number): boolean {
  const [, name, given = "80"] = /^(.*?)(?::(\d{1,5}))?$/s.exec(host)!;
  // Without brackets the end of an IPv6 address would pass for a port.
  return Number(given) === port && isLoopback(name) && !/^[^[]*:/.test(name);
}

function foreignHost(hosts: string[], port: number): Rejection {
  const said = hosts.length === 0 ? "no Host" : `Host ${hosts.join(", ").slice(0, 100)}`;
  return {
    code: "foreign_host",
    detail: `Cannot answer a request with ${said}: ask for 127.0.0.1:${port} or localhost:${port}`,
  };
}

function foreignOrigin(origins: string[], host: string): Rejection | null {
  const own = `http://${host.toLowerCase()}`;
  const foreign = origins.find((origin) => !EXTENSION_ORIGIN.test(origin) && origin.toLowerCase() !== own);
  return foreign === undefined ? null : refusePage(`a page of ${foreign.slice(0, 100)}`);
}

/**
 * A page's image, script or frame comes without an Origin. It cannot read the answer, but on the gateway it would be sent
 * on, and paid for.
 */
function foreignElement(raw_headers: readonly string[], target: string): Rejection | null {
  const [site] = valuesOf(raw_headers, "sec-fetch-site");
  if (site !== "cross-site" && site !== "same-site") return null;
  const [mode] = valuesOf(raw_headers, "sec-fetch-mode");
  return mode === "no-cors" || isForGateway(target) ? refusePage("another site's page") : null;
}

function refusePage(whose: string): Rejection {
  const detail = `Cannot answer ${whose}: only this service's own pages and extensions may ask`;
  return { code: "foreign_origin", detail };
}

function valuesOf(raw_headers: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < raw_headers.length; at += 2) {
    // The length first: it is done for every header of every request, and few have it.
    if (raw_headers[at].length === name.length && raw_headers[at].toLowerCase() === name) {
      values.push(raw_headers[at + 1]);
    }
  }
  return values;
}
