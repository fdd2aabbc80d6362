import fc from "fast-check";
import { assertEquals, assertThrows } from "../../tests/support/assert.ts";
import { TrustedProxies } from "./client_address.ts";

const CASES: [why: string, trusted: string[], remote: string, header: string | undefined, expected: string][] = [
  ["no proxy is trusted", [], "203.0.113.9", "127.0.0.1", "203.0.113.9"],
  ["an address that is not a proxy's", ["10.0.0.1"], "10.0.0.2", "1.2.3.4", "10.0.0.2"],
  ["one proxy", ["10.0.0.1"], "10.0.0.1", "1.2.3.4", "1.2.3.4"],
  ["two proxies", ["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, 10.9.9.9", "1.2.3.4"],
  ["an entry that the caller wrote is ignored", ["10.0.0.1"], "10.0.0.1", "127.0.0.1, 10.0.0.1, 1.2.3.4", "1.2.3.4"],
  ["the proxy wrote no entry", ["10.0.0.1"], "10.0.0.1", undefined, "10.0.0.1"],
  ["the proxy hides its caller", ["10.0.0.1"], "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"],
  ["a call by the proxy itself", ["10.0.0.1"], "10.0.0.1", "10.0.0.1", "10.0.0.1"],
  ["IPv4 in IPv6", ["10.0.0.1"], "::ffff:10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"],
  ["IPv6 with brackets and port", ["fd00::/8"], "fd00::1", "[2001:DB8::7]:443", "2001:db8::7"],
  ["IPv4 with a port", ["10.0.0.1"], "10.0.0.1", "1.2.3.4:5678", "1.2.3.4"],
];

for (const [why, trusted, remote, header, expected] of CASES) {
  Deno.test(`caller's address: ${why}`, () =>
    assertEquals(new TrustedProxies(trusted).callerOf(remote, header), expected));
}

Deno.test("for any header from an untrusted peer, the peer's own address is used", () => {
  const proxies = new TrustedProxies(["10.0.0.0/8"]);
  fc.assert(fc.property(fc.string(), (header) => assertEquals(proxies.callerOf("203.0.113.9", header), "203.0.113.9")));
});

Deno.test("an entry that is not an address or a range is refused by name", () => {
  for (const entry of ["proxy", "", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/8/8", "::/129", "10.0.0.0/"]) {
    assertThrows(() => new TrustedProxies([entry]), RangeError, `proxy "${entry}"`);
  }
});
