import { assert, assertEquals, assertStringIncludes, assertThrows } from "../../tests/support/assert.ts";
import { type KeyRequest, LAST_USED_STEP_MS, type StoredKey } from "./key.ts";
import { newKey } from "./key_text.ts";
import { Keyring } from "./keyring.ts";
import { MemoryAccessStore } from "./memory_store.ts";
import { Pairing, PAIRING_MS } from "./pairing.ts";

const BY = { actor: "command line", address: null };
const READ: KeyRequest = { kind: "read", workspaces: ["acme"] };

function setUp() {
  const time = { now: 1_000_000 };
  const store = new MemoryAccessStore();
  const keyring = new Keyring(store, () => time.now);
  return { time, store, keyring };
}

const id = (checked: StoredKey | string) => typeof checked === "string" ? checked : checked.id;

Deno.test("a new key is accepted, and its text is stored nowhere", () => {
  const { store, keyring } = setUp();
  const { text, key } = keyring.create(READ, BY);
  assertEquals(keyring.check(text), key);
  assert(!JSON.stringify([store.keys(), store.auditTrail(10, null)]).includes(text.slice(20)));
});

Deno.test("a wrong secret, another kind under the same id, and an unknown key are all invalid", () => {
  const { keyring } = setUp();
  const { key } = keyring.create(READ, BY);
  for (const other of [newKey("read", key.id), newKey("admin", key.id), newKey("read"), { text: "" }]) {
    assertEquals(keyring.check(other.text), "key_invalid");
  }
});

Deno.test("rotation: both secrets work until the overlap ends", () => {
  const { time, keyring } = setUp();
  const { text: before, key } = keyring.create(READ, BY);
  const { text: after } = keyring.rotate(key.id, 60_000, BY);
  assertEquals([id(keyring.check(before)), id(keyring.check(after))], [key.id, key.id]);
  time.now += 60_000;
  assertEquals([id(keyring.check(before)), id(keyring.check(after))], ["key_invalid", key.id]);
});

Deno.test("a second rotation leaves two secrets, not three", () => {
  const { keyring } = setUp();
  const { text: first, key } = keyring.create(READ, BY);
  const { text: second } = keyring.rotate(key.id, 60_000, BY);
  const { text: third } = keyring.rotate(key.id, 60_000, BY);
  assertEquals([first, second, third].map((text) => id(keyring.check(text))), ["key_invalid", key.id, key.id]);
});

Deno.test("a revoked key is invalid from then on, with both its secrets, and cannot be rotated", () => {
  const { keyring } = setUp();
  const { text: before, key } = keyring.create(READ, BY);
  const { text: after } = keyring.rotate(key.id, 60_000, BY);
  keyring.revoke(key.id, BY);
  assertEquals([keyring.check(before), keyring.check(after)], ["key_invalid", "key_invalid"]);
  assertThrows(() => keyring.rotate(key.id, 0, BY), Error, "it is revoked");
  assertThrows(() => keyring.revoke("missing1", BY), Error, "Cannot find key");
});

Deno.test("a key expires at its time", () => {
  const { time, keyring } = setUp();
  const { text, key } = keyring.create({ ...READ, expires_at_ms: time.now + 10 }, BY);
  assertEquals([id(keyring.check(text)), keyring.isLive(key), keyring.inUse], [key.id, true, true]);
  time.now += 10;
  assertEquals([keyring.check(text), keyring.isLive(key)], ["key_expired", false]);
});

Deno.test("keys are in use until the last one is revoked: an expired one does not open the service", () => {
  const { time, keyring } = setUp();
  const { key } = keyring.create({ ...READ, expires_at_ms: time.now + 10 }, BY);
  time.now += 10;
  assertEquals(keyring.inUse, true);
  keyring.revoke(key.id, BY);
  assertEquals(keyring.inUse, false);
});

Deno.test("a connection of a replaced secret is live until the overlap ends, and listeners are notified then", () => {
  const { time, keyring } = setUp();
  const { key, text } = keyring.create(READ, BY);
  const rotated = keyring.rotate(key.id, 1000, BY);
  const during = keyring.check(text) as StoredKey;
  const live = () => [key, during, rotated.key].map((one) => keyring.isLive(one));
  assertEquals(live(), [true, true, true]);
  const changed: string[] = [];
  keyring.onChange((id) => changed.push(id));
  time.now += 1000;
  keyring.refresh();
  keyring.refresh();
  assertEquals([live(), changed], [[false, false, true], [key.id]]);
});

Deno.test("listeners are notified once when a key has expired", () => {
  const { time, keyring } = setUp();
  const { key } = keyring.create({ ...READ, expires_at_ms: time.now + 1000 }, BY);
  const changed: string[] = [];
  keyring.onChange((id) => changed.push(id));
  for (const step of [999, 1, 1]) {
    time.now += step;
    keyring.refresh();
  }
  assertEquals(changed, [key.id]);
});

Deno.test("a whole key in place of an id is not repeated in the error", () => {
  const { keyring } = setUp();
  const { text } = newKey("admin");
  const error = assertThrows(() => keyring.revoke(text, BY), Error);
  assertEquals(error.message, "Cannot find key: list the keys, and give the id of one of them");
});

Deno.test("an admin key lists no workspaces, and the keyring has an admin", () => {
  const { keyring } = setUp();
  assertEquals([keyring.inUse, keyring.hasAdmin], [false, false]);
  keyring.create(READ, BY);
  assertEquals([keyring.inUse, keyring.hasAdmin], [true, false]);
  const { key } = keyring.create({ kind: "admin", workspaces: ["acme"] }, BY);
  assertEquals([key.workspaces, keyring.hasAdmin], [[], true]);
});

Deno.test("the last use is recorded once a minute, without an audit entry", () => {
  const { time, store, keyring } = setUp();
  const { key } = keyring.create(READ, BY);
  const lastUsed = () => store.keys()[0].last_used_at_ms;
  keyring.touch(key);
  const first = time.now;
  time.now += 59_999;
  keyring.touch(key);
  assertEquals(lastUsed(), first);
  time.now += 1;
  keyring.touch(key);
  assertEquals(lastUsed(), time.now);
  assertEquals(store.auditTrail(10, null).length, 1);
});

Deno.test("a store that fails is reported once until it works again, and the keys already read stay valid", () => {
  const { time, store } = setUp();
  const problems: (string | null)[] = [];
  const keyring = new Keyring(store, () => time.now, (why) => problems.push(why));
  const { text, key } = keyring.create(READ, BY);
  const { changed, touchKey } = store;
  const fail = (): never => {
    throw new Error("disk full");
  };
  Object.assign(store, { changed: fail, touchKey: fail });
  keyring.touch(key);
  keyring.refresh();
  keyring.refresh();
  assertEquals([problems, keyring.problem], [["disk full"], "disk full"]);
  assertEquals(id(keyring.check(text)), key.id);
  Object.assign(store, { changed, touchKey });
  keyring.refresh();
  assertEquals(keyring.problem, "disk full");
  time.now += LAST_USED_STEP_MS;
  keyring.touch(key);
  assertEquals([problems, keyring.problem], [["disk full", null], null]);
  Object.assign(store, { changed: fail });
  keyring.refresh();
  assertEquals(problems, ["disk full", null, "disk full"]);
});

Deno.test("every change is in the audit trail, and listeners are notified", () => {
  const { store, keyring } = setUp();
  const changed: string[] = [];
  const stop = keyring.onChange((id) => changed.push(id));
  const { key } = keyring.create(READ, BY);
  keyring.rotate(key.id, 0, BY);
  keyring.revoke(key.id, BY);
  keyring.revoke(key.id, BY);
  assertEquals(changed, [key.id, key.id, key.id]);
  assertEquals(store.auditTrail(10, null).map(({ action }) => action), ["key_revoked", "key_rotated", "key_created"]);
  stop();
});

Deno.test("listeners are told of each key that another process has changed, and of no other", () => {
  const { time, store, keyring } = setUp();
  const elsewhere = new Keyring(store, () => time.now);
  Object.assign(store, { changed: () => true });
  const [first, second] = [keyring.create(READ, BY).key, keyring.create(READ, BY).key];
  const changed: string[] = [];
  keyring.onChange((id) => changed.push(id));
  const changes = (change: () => unknown) => {
    changed.length = 0;
    change();
    keyring.refresh();
    return [...changed];
  };
  assertEquals(changes(() => {}), []);
  assertEquals(changes(() => elsewhere.rotate(first.id, 0, BY)), [first.id]);
  assertEquals(changes(() => elsewhere.revoke(second.id, BY)), [second.id]);
  const { key: third } = elsewhere.create(READ, BY);
  assertEquals(changes(() => {}), [third.id]);
  assertEquals(changes(() => store.touchKey(first.id, time.now)), []);
});

Deno.test("a code is exchanged for a read key of one workspace, once, in any spelling", () => {
  const { store, keyring, time } = setUp();
  const pairing = new Pairing(store, keyring, () => time.now);
  const { code, expires_at_ms } = pairing.create("acme", BY);
  assertEquals(expires_at_ms, time.now + PAIRING_MS);
  const redeemed = pairing.redeem(code.toLowerCase().replace("-", " "), "Ada's Firefox", "10.0.0.7");
  assert(redeemed);
  const { kind, workspaces, note, created_by } = redeemed.key;
  assertEquals([kind, workspaces, note, created_by], ["read", ["acme"], "Ada's Firefox", "pairing by command line"]);
  assertEquals(keyring.check(redeemed.text), redeemed.key);
  assertEquals(pairing.redeem(code, "again", null), null);
  assertEquals(pairing.redeem("nonsense", "other", null), null);
  assert(!JSON.stringify(store.auditTrail(10, null)).includes(code));
  assertStringIncludes(JSON.stringify(store.auditTrail(10, null)), "10.0.0.7");
});

Deno.test("a code expires after ten minutes", () => {
  const { store, keyring, time } = setUp();
  const pairing = new Pairing(store, keyring, () => time.now);
  const { code } = pairing.create("acme", BY);
  time.now += PAIRING_MS;
  assertEquals(pairing.redeem(code, "late", null), null);
});

Deno.test("a key makes and rotates only keys that expire no later than itself", () => {
  const { time, store, keyring } = setUp();
  const expires_at_ms = time.now + 1000;
  const forever = keyring.create({ kind: "admin", workspaces: [] }, BY);
  const { key } = keyring.create({ kind: "admin", workspaces: [], expires_at_ms }, BY);
  const by = { actor: key.id, address: null, key };
  const expiries = [undefined, null, expires_at_ms, expires_at_ms - 1].map((asked) =>
    keyring.create({ ...READ, expires_at_ms: asked }, by).key.expires_at_ms
  );
  assertEquals(expiries, [expires_at_ms, expires_at_ms, expires_at_ms, expires_at_ms - 1]);
  assertThrows(() => keyring.create({ ...READ, expires_at_ms: expires_at_ms + 1 }, by), Error, "expires at");
  assertThrows(() => keyring.rotate(forever.key.id, 0, by), Error, "expires at");
  assertEquals(keyring.rotate(key.id, 0, by).key.expires_at_ms, expires_at_ms);

  const pairing = new Pairing(store, keyring, () => time.now);
  const codes = [pairing.create("acme", by).code, pairing.create("acme", by).code];
  assertEquals(pairing.redeem(codes[0], "in time", null)?.key.expires_at_ms, expires_at_ms);
  time.now = expires_at_ms;
  assertEquals(pairing.redeem(codes[1], "late", null), null);
});

Deno.test("a secret that was accepted before ends like any other: by revocation, rotation, expiry, and elsewhere", () => {
  const { time, store, keyring } = setUp();
  const accepted = (request: KeyRequest = READ) => {
    const made = keyring.create(request, BY);
    for (let use = 0; use < 3; use++) assertEquals(id(keyring.check(made.text)), made.key.id);
    return made;
  };
  const [revoked, rotated] = [accepted(), accepted()];
  const expiring = accepted({ ...READ, expires_at_ms: time.now + 10 });
  keyring.revoke(revoked.key.id, BY);
  keyring.rotate(rotated.key.id, 5, BY);
  assertEquals([keyring.check(revoked.text), id(keyring.check(rotated.text))], ["key_invalid", rotated.key.id]);
  time.now += 10;
  assertEquals([keyring.check(rotated.text), keyring.check(expiring.text)], ["key_invalid", "key_expired"]);

  const elsewhere = accepted();
  new Keyring(store, () => time.now).revoke(elsewhere.key.id, BY);
  Object.assign(store, { changed: () => true });
  keyring.refresh();
  assertEquals(keyring.check(elsewhere.text), "key_invalid");
});

Deno.test("beside a secret that was accepted before, a text that differs in one character is invalid", () => {
  const { keyring, time } = setUp();
  const { text, key } = keyring.create(READ, BY);
  assertEquals(keyring.check(text), key);
  for (let at = 0; at < text.length; at++) {
    const other = text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
    assertEquals(keyring.check(other), "key_invalid", other);
  }
  for (const other of ["", "_", "qg_", key.id, `_${key.id}_`, `${text}a`, text.slice(1)]) {
    assertEquals(keyring.check(other), "key_invalid", other);
  }
  // A use changes the record, so the whole check runs again.
  time.now += 60_000;
  keyring.touch(key);
  assertEquals((keyring.check(text) as StoredKey).last_used_at_ms, time.now);
});
