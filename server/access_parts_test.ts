import { assertEquals, assertMatch } from "../tests/support/assert.ts";
import { ManualClock } from "../tests/support/clock.ts";
import { MemoryAccessStore } from "./access/memory_store.ts";
import { hashOf } from "./access/key.ts";
import { createAccessParts } from "./access_parts.ts";
import { readConfig } from "./config/config.ts";

const start = (settings: Record<string, string>, store = new MemoryAccessStore()) => {
  const clock = new ManualClock();
  return { clock, store, ...createAccessParts(readConfig(settings), store, clock, () => {}) };
};

const CASES: [why: string, settings: Record<string, string>, isTeam: boolean, makesKey: boolean][] = [
  ["on loopback", {}, false, false],
  ["on IPv6's loopback", { HOST: "::1" }, false, false],
  ["on every address", { HOST: "0.0.0.0" }, true, true],
  ["on one address", { HOST: "192.0.2.7" }, true, true],
  ["on loopback, behind a public address", { QUOTA_PUBLIC_URL: "https://tools.acme.dev/quota/" }, true, true],
  ["on loopback, behind a proxy", { QUOTA_TRUSTED_PROXIES: "127.0.0.1" }, true, true],
  ["with a public address of this machine", { QUOTA_PUBLIC_URL: "http://localhost:9000/quota/" }, false, false],
  ["with an admin key from outside", { HOST: "0.0.0.0", QUOTA_ADMIN_KEY: "correct-horse-battery" }, true, false],
  ["with the older admin key only", { HOST: "0.0.0.0", QUOTA_ADMIN_RESET_KEY: "correct-horse-battery" }, true, true],
];
for (const [why, settings, isTeam, makesKey] of CASES) {
  Deno.test(`a start ${why} needs ${isTeam ? "keys" : "no key"} and makes ${makesKey ? "one" : "none"}`, () => {
    const { access, first_admin_key, store } = start(settings);
    assertEquals([access.isTeam, store.keys().length], [isTeam, makesKey ? 1 : 0]);
    if (makesKey) assertMatch(first_admin_key!, /^qg_admin_/);
    else assertEquals(first_admin_key, null);
  });
}

Deno.test("the second start makes no further admin key, unless the first is revoked", () => {
  const store = new MemoryAccessStore();
  const first = start({ HOST: "0.0.0.0" }, store);
  assertEquals(start({ HOST: "0.0.0.0" }, store).first_admin_key, null);
  first.keyring.revoke(store.keys()[0].id, { actor: "test", address: null });
  assertMatch(start({ HOST: "0.0.0.0" }, store).first_admin_key!, /^qg_admin_/);
});

Deno.test("a running service deletes audit entries after a year, and expired pairing codes", () => {
  const { clock, store, pairing, watch } = start({ QUOTA_ADMIN_KEY: "correct-horse-battery" });
  const stop = watch();
  const { code } = pairing.create("acme", { actor: "test", address: null });
  const aged = (days: number) => ({ ...store.auditTrail(1, null)[0], at_ms: clock.now() - days * 86_400_000 });
  for (const days of [367, 364]) store.audit(aged(days));
  clock.advance(86_400_000);
  stop();
  assertEquals(store.auditTrail(9, null).map(({ seq }) => seq), [3, 1]);
  assertEquals(store.takePairing(hashOf(code), 0), null);
});
