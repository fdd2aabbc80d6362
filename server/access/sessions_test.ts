import { assert, assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { Keyring } from "./keyring.ts";
import { MemoryAccessStore } from "./memory_store.ts";
import { isOwnPage, Sessions } from "./sessions.ts";

const BY = { actor: "test", address: null };
const HOURS = 3_600_000;

function setUp({ path = "/", secure = false } = {}) {
  const time = { now: 1_000_000 };
  const keyring = new Keyring(new MemoryAccessStore(), () => time.now);
  const sessions = new Sessions({ now: () => time.now, isLive: (key) => keyring.isLive(key), path, secure });
  const open = () => {
    const { key } = keyring.create({ kind: "read", workspaces: ["acme"] }, BY);
    const { cookie } = sessions.open({ kind: "read", actor: key.id, key });
    return { key, cookie: cookie.split(";")[0] };
  };
  return { time, keyring, sessions, open };
}

Deno.test("the cookie is for this service alone, and no script can read it", () => {
  const { cookie } = setUp({ path: "/quota", secure: true }).sessions.open({ kind: "admin", actor: "a", key: null });
  assertMatch(cookie, /^qg_session=[\w-]{43}; Path=\/quota; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/);
  const plain = setUp().sessions.open({ kind: "admin", actor: "a", key: null }).cookie;
  assertMatch(plain, /; Path=\/; .*; SameSite=Strict$/);
});

Deno.test("a session ends after 12 hours, with its key, and when it is closed", () => {
  const { time, keyring, sessions, open } = setUp();
  const [aged, revoked, closed] = [open(), open(), open()];
  assertEquals(sessions.find(aged.cookie)?.actor, aged.key.id);
  keyring.revoke(revoked.key.id, BY);
  assertEquals(sessions.find(revoked.cookie), null);
  assertMatch(sessions.close(closed.cookie), /^qg_session=; .*Max-Age=0/);
  assertEquals(sessions.find(closed.cookie), null);
  time.now += 12 * HOURS - 1;
  assert(sessions.find(aged.cookie));
  time.now += 1;
  assertEquals([sessions.find(aged.cookie), sessions.size], [null, 0]);
});

Deno.test("other cookies are passed over; unknown, empty and doubled ones open nothing", () => {
  const { sessions, open } = setUp();
  const { cookie, key } = open();
  assertEquals(sessions.find(`a=b; ${cookie}; c`)?.key, key);
  for (
    const other of [undefined, "", "qg_session", "qg_session=", `${cookie}x`, `${cookie}; ${cookie}`, `x${cookie}`]
  ) {
    assertEquals(sessions.find(other), null, other);
  }
});

Deno.test("many sessions of one key end its oldest, and no other key's", () => {
  const { sessions, open } = setUp();
  const [other, { cookie, key }] = [open(), open()];
  for (let count = 0; count < 50; count++) sessions.open({ kind: "read", actor: key.id, key });
  assertEquals([sessions.find(cookie), sessions.find(other.cookie)?.key, sessions.size], [null, other.key, 51]);
});

Deno.test("a page of the service is known by its origin", () => {
  const from = (origin?: string) => (name: string) =>
    ({ host: "quota.acme.dev", origin } as Record<string, string>)[name];
  for (const own of ["https://quota.acme.dev", "http://QUOTA.acme.dev"]) assert(isOwnPage(from(own)), own);
  assert(isOwnPage(from("https://tools.acme.dev"), "https://tools.acme.dev"));
  for (const other of [undefined, "null", "", "https://evil.dev", "https://quota.acme.dev.evil.dev"]) {
    assert(!isOwnPage(from(other)), other);
  }
});
