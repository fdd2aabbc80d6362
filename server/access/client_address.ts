/** The address of a caller, also behind proxies that the operator trusts. */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Decides which forwarded addresses to believe. */
export class TrustedProxies {
  readonly #list = new BlockList();

  /**
   * @param entries addresses and CIDR ranges: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
   * @throws {RangeError} for any other text, naming it.
   */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry);
  }

  /**
   * The address that the request came from: the last one in `X-Forwarded-For` that is not a trusted proxy. Entries
   * that a caller writes into that header are further left and never used.
   *
   * @param remote the address of the connection.
   * @param forwarded_for the header's value; several headers joined by commas.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { TrustedProxies } from "./client_address.ts";
   *
   * const proxies = new TrustedProxies(["10.0.0.0/8"]);
   * assert.equal(proxies.callerOf("10.0.0.1", "6.6.6.6, 203.0.113.9"), "203.0.113.9");
   * assert.equal(proxies.callerOf("203.0.113.9", "127.0.0.1"), "203.0.113.9");
   * ```
   */
  callerOf(remote: string, forwarded_for: string | undefined): string {
    let caller = plain(remote);
    const hops = (forwarded_for ?? "").split(",").map((hop) => plain(hop.trim()));
    while (this.trusts(caller) && hops.length > 0) {
      const hop = hops.pop()!;
      // A proxy that writes no address hides its caller, so the entries before it cannot be trusted.
      if (isIP(hop) === 0) break;
      caller = hop;
    }
    return caller;
  }

  /** The network of a request's caller: all addresses of one person. */
  networkOf({ socket, headers }: IncomingMessage): string {
    // Node joins several of these headers by commas.
    return networkOf(this.callerOf(socket.remoteAddress ?? "", headers["x-forwarded-for"] as string | undefined));
  }

  /** Whether the address of a connection is a trusted proxy. */
  isProxy(remote: string): boolean {
    return this.trusts(plain(remote));
  }

  trusts(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#list.check(address, family === 6 ? "ipv6" : "ipv4");
  }

  #add(entry: string): void {
    const [address, prefix, ...rest] = entry.split("/");
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
    if (family === 0 || rest.length > 0 || !(bits <= longest)) {
      throw new RangeError(`Cannot trust proxy "${entry}": give an address or a range such as 10.0.0.0/8`);
    }
    this.#list.addSubnet(address, bits, family === 6 ? "ipv6" : "ipv4");
  }
}

/**
 * The network by which failed tries are counted: an IPv4 address itself, and the /64 of an IPv6 address, because one host
 * commonly has all of its addresses.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { networkOf } from "./client_address.ts";
 *
 * assert.equal(networkOf("203.0.113.9"), "203.0.113.9");
 * assert.equal(networkOf("::ffff:203.0.113.9"), "203.0.113.9");
 * assert.equal(networkOf("2001:db8::7"), networkOf("2001:0db8:0:0:ffff::1"));
 * assert.notEqual(networkOf("2001:db8:0:1::7"), networkOf("2001:db8::7"));
 * ```
 */
export function networkOf(address: string): string {
  const bare = plain(address);
  if (isIP(bare) !== 6) return bare;
  const [head, tail] = bare.split("::").map((part) => part === "" ? [] : part.split(":"));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill("0"), ...tail ?? []];
  return `${groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** IPv4 in IPv6 form as IPv4, and without a port or brackets. */
function plain(address: string): string {
  const bare = /^\[(.*)\](?::\d+)?$/.exec(address)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? address;
  return bare.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}
