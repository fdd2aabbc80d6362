/**
 * Who may come in at all, before any route. In personal mode there is no key, so a web page must not reach the service from
 * its visitor's browser: neither under another name for this machine (DNS rebinding) nor from another origin.
 */
import type { ProblemCode } from "../../shared/problem.ts";

export interface Visitor {
  /** The request target as sent. */
  target: string;
  /** Raw header names and values in turn, as sent. */
  raw_headers: readonly string[];
}

export interface Rejection {
  code: ProblemCode;
  detail: string;
}

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];
const DOT_SEGMENT = /(^|[/\\])(\.|%2e){1,2}($|[/\\?#])|%2f|%5c|%00|\\/i;
const EXTENSION_ORIGIN = /^(chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

/**
 * @param port the port that the service listens on.
 * @returns `null` for a visitor who may come in.
 *
 * @example
 * ```ts
 * import { reject } from "./admission.ts";
 *
 * console.assert(reject({ target: "/healthz", raw_headers: ["Host", "127.0.0.1:8787"] }, 8787) === null);
 * console.assert(reject({ target: "/healthz", raw_headers: ["Host", "evil.example"] }, 8787)?.code === "foreign_host");
 * ```
 */
export function reject({ target, raw_headers }: Visitor, port: number): Rejection | null {
  const hosts = valuesOf(raw_headers, "host");
  if (hosts.length !== 1 || !isOurs(hosts[0], port)) return foreignHost(hosts, port);
  const path = target.split("?", 1)[0];
  if (!target.startsWith("/") || DOT_SEGMENT.test(path)) {
    return { code: "malformed_path", detail: `Cannot route ${JSON.stringify(path.slice(0, 100))}: give a plain path` };
  }
  const origins = valuesOf(raw_headers, "origin");
  const foreign = origins.find((origin) => !EXTENSION_ORIGIN.test(origin) && origin !== `http://${hosts[0]}`);
  if (foreign === undefined) return null;
  const detail = `Cannot answer a page of ${
    foreign.slice(0, 100)
  }: only this service's own pages and extensions may ask`;
  return { code: "foreign_origin", detail };
}

function isOurs(host: string, port: number): boolean {
  const at = host.toLowerCase();
  return LOOPBACK_NAMES.some((name) => at === `${name}:${port}` || (port === 80 && at === name));
}

function foreignHost(hosts: string[], port: number): Rejection {
  const said = hosts.length === 0 ? "no Host" : `Host ${hosts.join(", ").slice(0, 100)}`;
  return {
    code: "foreign_host",
    detail: `Cannot answer a request with ${said}: ask for 127.0.0.1:${port} or localhost:${port}`,
  };
}

function valuesOf(raw_headers: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < raw_headers.length; at += 2) {
    if (raw_headers[at].toLowerCase() === name) values.push(raw_headers[at + 1]);
  }
  return values;
}
