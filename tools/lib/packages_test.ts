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

Deno.test("packages of another platform may be missing", () => {
  assertEquals(differingPackage(LOCK, installed("4.0.0")), null);
});

Deno.test("another version and a missing record are differences", () => {
  assertEquals(differingPackage(LOCK, installed("4.0.1")), "node_modules/hono");
  assertEquals(differingPackage(LOCK, null), "node_modules/hono");
});

Deno.test("npm's fault is its code and its reason", () => {
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
  assertEquals(npmFault(""), "npm printed nothing");
});
