/** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`: whether the upstream is reached through a proxy. */
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { isLoopback } from "../core/loopback.ts";

/** One entry of `NO_PROXY`: whether it exempts a host (IPv6 without brackets) and port. */
type Exemption = (host: string, port: number) => boolean;

/** The three variables; `null` for one that is not set. */
export interface ProxySettings {
  HTTPS_PROXY: string | null;
  HTTP_PROXY: string | null;
  NO_PROXY: Exemption[] | null;
}

/**
 * The proxy for the upstream; `null` if it is reached directly. An upstream on this machine always is: a proxy elsewhere
 * would look for it on its own machine.
 */
export function proxyFor(upstream_url: string, { HTTPS_PROXY, HTTP_PROXY, NO_PROXY }: ProxySettings): string | null {
  const { protocol, hostname, port } = new URL(upstream_url);
  const host = unbracketed(hostname).replace(/\.$/, "");
  const number = Number(port || (protocol === "https:" ? 443 : 80));
  if (isLoopback(host) || NO_PROXY?.some((exempts) => exempts(host, number))) return null;
  return protocol === "https:" ? HTTPS_PROXY : HTTP_PROXY;
}

/**
 * Reads the URL of a proxy; `http://` may be left out, as other programs allow it.
 *
 * @returns `undefined` for a text that is not one.
 */
export function readProxyUrl(text: string): string | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || url.protocol !== "http:" || url.pathname !== "/" || /[?#]/.test(text)) return undefined;
  try {
    decodeURIComponent(url.username + url.password);
    return url.href;
  } catch {
    return undefined;
  }
}

/**
 * Reads hosts that are reached directly, separated by commas or blanks.
 *
 * @returns `undefined` if one of them cannot be understood.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readNoProxy } from "./proxy.ts";
 *
 * const [exempts] = readNoProxy(".example.org")!;
 * assert.equal(exempts("api.example.org", 443), true);
 * assert.equal(readNoProxy("http://example.org"), undefined);
 * ```
 */
export function readNoProxy(text: string): Exemption[] | undefined {
  const exemptions = text.split(/[\s,]+/).filter(Boolean).map(readExemption);
  return exemptions.every((exemption) => exemption !== null) ? exemptions : undefined;
}

const NAME = /^(?:\*?\.)?([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?$/i;
const WITH_PORT = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/;
const RANGE = /^(.+)\/(\d{1,3})$/;

function readExemption(entry: string): Exemption | null {
  if (entry === "*") return () => true;
  const [, host = entry, port = null] = WITH_PORT.exec(entry) ?? [];
  const exempts = readRange(host) ?? readAddress(unbracketed(host)) ?? readName(host);
  return exempts && ((host, actual) => exempts(host) && (port === null || Number(port) === actual));
}

type HostExemption = (host: string) => boolean;

function readRange(text: string): HostExemption | null {
  const [, address = "", bits = ""] = RANGE.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return null;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return (host) => isIP(host) === family && list.check(host, family === 4 ? "ipv4" : "ipv6");
}

function readAddress(text: string): HostExemption | null {
  if (isIPv4(text)) return (host) => host === text;
  if (!isIPv6(text)) return null;
  const address = unbracketed(new URL(`http://[${text}]`).hostname);
  return (host) => host === address;
}

/** A name exempts its subdomains too. */
function readName(text: string): HostExemption | null {
  const name = NAME.exec(text)?.[1].toLowerCase();
  return name === undefined ? null : (host) => isIP(host) === 0 && `.${host}`.endsWith(`.${name}`);
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
