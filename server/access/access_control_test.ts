import { assert, assertEquals } from "../../tests/support/assert.ts";
import { AccessControl, type AccessRequest, isRefused } from "./access_control.ts";
import { TrustedProxies } from "./client_address.ts";
import { newKey } from "./key_text.ts";
import { Keyring } from "./keyring.ts";
import { MemoryAccessStore } from "./memory_store.ts";

const BY = { actor: "test", address: null };

function setUp(over: { on_network?: boolean; admin_key?: string } = {}) {
  const time = { now: 1_000_000 };
  const keyring = new Keyring(new MemoryAccessStore(), () => time.now);
  const control = new AccessControl({
    keyring,
    on_network: over.on_network ?? false,
    admin_key: over.admin_key ?? null,
    proxies: new TrustedProxies(["10.9.0.0/16"]),
    now: () => time.now,
  });
  /** `kind workspace`, or the code of a refusal. */
  const ask = (key: string | null, access: AccessRequest["access"] = "read", address = "10.0.0.1"): string => {
    const header = (name: string) => name === "authorization" && key !== null ? `Bearer ${key}` : undefined;
    const decision = control.admit({
      access,
      workspace_id: null,
      header,
      is_gateway: access === "ingest",
      remote: address,
    });
    return isRefused(decision) ? decision.denied : `${decision.kind} ${decision.workspace_id}`;
  };
  return { time, keyring, control, ask };
}

Deno.test("on loopback no key is needed while none exists; from the first key on, every route needs one", () => {
  const { keyring, ask, control } = setUp();
  assertEquals([ask(null), control.isTeam], ["personal default", false]);
  const { text } = keyring.create({ kind: "read", workspaces: ["acme"] }, BY);
  assertEquals([ask(null), ask(text), control.isTeam], ["key_missing", "read acme", true]);
});

Deno.test("on a network every route needs a key, although none exists", () => {
  const { ask, control } = setUp({ on_network: true });
  assertEquals([ask(null), ask(null, "ingest"), ask(null, "admin"), control.isTeam], [
    "key_missing",
    "key_missing",
    "admin_disabled",
    true,
  ]);
});

Deno.test("the admin key of the environment works, and other routes of a personal service still need no key", () => {
  const { ask, control } = setUp({ admin_key: "correct horse" });
  assertEquals([ask("correct horse", "admin"), ask("wrong", "admin"), ask(null)], [
    "admin default",
    "key_invalid",
    "personal default",
  ]);
  assert(!control.isTeam);
});

Deno.test("each further wrong key waits longer; other addresses and valid keys are not affected", () => {
  const { time, keyring, ask, control } = setUp({ on_network: true });
  const { text } = keyring.create({ kind: "read", workspaces: ["acme"] }, BY);
  const answers = Array.from({ length: 7 }, () => ask("wrong"));
  assertEquals(answers, [...Array(5).fill("key_invalid"), "too_many_tries", "too_many_tries"]);
  assertEquals([ask("wrong", "read", "10.0.0.2"), ask(text), ask(null)], ["key_invalid", "read acme", "key_missing"]);
  time.now += 1000;
  assertEquals([ask("wrong"), ask("wrong")], ["key_invalid", "too_many_tries"]);
  assertEquals([control.refusals.key_invalid, control.refusals.too_many_tries, control.failedTries], [7, 3, 10]);
});

Deno.test("guesses at one key from many addresses are slowed down by its id", () => {
  const { keyring, ask } = setUp({ on_network: true });
  const { key, text } = keyring.create({ kind: "read", workspaces: ["acme"] }, BY);
  const guesses = Array.from({ length: 7 }, (_, at) => ask(newKey("read", key.id).text, "read", `10.0.0.${at}`));
  assertEquals(guesses.slice(-2), ["too_many_tries", "too_many_tries"]);
  assertEquals(ask(text, "read", "10.0.1.1"), "read acme");
});

Deno.test("a key and the provider's key can be sent in one text", () => {
  const { keyring, control } = setUp();
  const { text } = keyring.create({ kind: "ingest", workspaces: ["acme"] }, BY);
  const header = (name: string) => name === "authorization" ? `Bearer ${text}~sk-1` : undefined;
  const decision = control.admit({ access: "ingest", workspace_id: null, header, is_gateway: true, remote: "a" });
  assert(!isRefused(decision));
  assertEquals([decision.workspace_id, decision.provider_key], ["acme", "sk-1"]);
});

Deno.test("the time of a key's use is recorded", () => {
  const { time, keyring, ask } = setUp();
  const { text } = keyring.create({ kind: "read", workspaces: ["acme"] }, BY);
  ask(text);
  assertEquals(keyring.list()[0].last_used_at_ms, time.now);
});

Deno.test("wrong keys do not keep others behind the same address from pairing, and both are counted", () => {
  const { ask, control } = setUp({ on_network: true });
  for (let tries = 0; tries < 9; tries++) ask("wrong", "read", "10.0.0.1");
  assertEquals(control.waitOf("10.0.0.1"), 0);
  for (let tries = 0; tries < 5; tries++) control.countGuess("2001:db8::1");
  assertEquals([control.waitOf("2001:db8::2"), control.waitOf("2001:db8:0:1::1")], [1000, 0]);
  assertEquals([control.failedTries, ask("other", "read", "10.0.0.2")], [14, "key_invalid"]);
});

Deno.test("a caller without a key has access until the first key exists", () => {
  const { keyring, control } = setUp();
  const personal = { kind: "personal", key: null } as const;
  assert(control.isLive(personal, "acme"));
  const { key } = keyring.create({ kind: "read", workspaces: ["acme"] }, BY);
  assert(!control.isLive(personal, "acme"));
  assertEquals([control.isLive({ kind: "read", key }, "acme"), control.isLive({ kind: "read", key }, "other")], [
    true,
    false,
  ]);
});

Deno.test("the environment's admin key sends no calls, wherever it stands, and does not go to the provider", () => {
  const admin_key = "correct horse";
  const { keyring, control } = setUp({ admin_key });
  const ingest = keyring.create({ kind: "ingest", workspaces: ["acme"] }, BY).text;
  const ask = (headers: Record<string, string>) => {
    const header = (name: string) => headers[name];
    const decision = control.admit({ access: "ingest", workspace_id: null, header, is_gateway: true, remote: "a" });
    return isRefused(decision) ? decision.denied : decision.kind;
  };
  assertEquals(ask({ authorization: `Bearer ${admin_key}` }), "not_allowed");
  assertEquals(ask({ "api-key": admin_key }), "not_allowed");
  assertEquals(ask({ authorization: `Bearer ${admin_key}`, "x-quota-key": ingest }), "key_invalid");
  assertEquals(ask({ authorization: "Bearer sk-own", "x-quota-key": ingest }), "ingest");
});

Deno.test("a decision before the final one counts no failure", () => {
  const { control } = setUp({ on_network: true });
  const wrong = newKey("read").text;
  const admit = (is_preliminary: boolean) => {
    const request = {
      access: "read",
      workspace_id: null,
      is_gateway: false,
      remote: "10.0.0.1",
      is_preliminary,
    } as const;
    const decision = control.admit({ ...request, header: (name) => name === "x-quota-key" ? wrong : undefined });
    return isRefused(decision) ? decision.denied : decision.kind;
  };
  for (let time = 0; time < 20; time++) assertEquals(admit(true), "key_invalid");
  assertEquals([control.failedTries, control.refusals.key_invalid], [0, 0]);
  assertEquals([admit(false), control.failedTries], ["key_invalid", 1]);
});
