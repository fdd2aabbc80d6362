import { assertEquals } from "../../tests/support/assert.ts";
import { differingPackage, npmFault } from "./packages.mjs";

const LOCK = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/hono": { version: "4.0.0", integrity: "sha512-a" },
    "node_modules/@deno/win32-x64": { version: "2.0.0", integrity: "sha512-b", optional: true },
  },
};
const installed = (version: string) => ({ packages: { "node_modules/hono": { version, integrity: "sha512-a" } } });

Deno.test("packages match although another platform's are absent", () => {
  assertEquals(differingPackage(LOCK, installed("4.0.0")), null);
});

Deno.test("another version, or no record of an install, is a difference", () => {
  assertEquals(differingPackage(LOCK, installed("4.0.1")), "node_modules/hono");
  assertEquals(differingPackage(LOCK, null), "node_modules/hono");
});

Deno.test("npm's fault is told by its code and its reason alone", () => {
  const output = [
    "npm error code ENOTFOUND",
    "npm error syscall getaddrinfo",
    "npm error network request to https://registry.example/hono failed, reason: getaddrinfo ENOTFOUND",
    "npm error network This is a problem related to network connectivity.",
    "npm error A complete log of this run can be found in: /root/.npm/_logs/x.log",
  ].join("\n");
  assertEquals(
    npmFault(output),
    "code ENOTFOUND: network request to https://registry.example/hono failed, reason: getaddrinfo ENOTFOUND",
  );
  assertEquals(npmFault(""), "npm said nothing");
});
