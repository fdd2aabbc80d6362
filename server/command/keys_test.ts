import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "../../tests/support/assert.ts";
import { Keyring } from "../access/keyring.ts";
import { MemoryAccessStore } from "../access/memory_store.ts";
import { Pairing } from "../access/pairing.ts";
import { KEYS_HELP, runKeys } from "./keys.ts";
import { UsageError } from "./usage_error.ts";

const NOW = Date.UTC(2026, 10, 26, 12);

const BY = { actor: "command line", address: null };

function setUp() {
  const store = new MemoryAccessStore();
  const keyring = new Keyring(store, () => NOW);
  const pairing = new Pairing(store, keyring, () => NOW);
  const run = (...args: string[]): string => {
    let printed = "";
    runKeys(args, { keyring, pairing, now: () => NOW, print: (text) => printed += text });
    return printed;
  };
  return { keyring, pairing, run };
}

Deno.test("create: prints the key once, with all requested properties", () => {
  const { keyring, run } = setUp();
  const args = ["--kind", "ingest", "--workspace", "Acme", "--app", "report", "--expires", "30d", "--note", "CI"];
  const { key: text, ...told } = JSON.parse(run("create", ...args, "--model", "gpt-5.4", "--json"));
  const checked = keyring.check(text);
  assert(typeof checked !== "string");
  assertEquals([checked.workspaces, checked.app, checked.models], [["acme"], "report", ["gpt-5.4"]]);
  assertEquals([told.kind, told.note, told.expires_at], ["ingest", "CI", "2026-12-26T12:00:00.000Z"]);
  assert(!("hash" in told));
  assertMatch(run("create", "--kind", "admin"), /^qg_admin_\S+\n\nKey \w{8} \(admin, the whole service\)/);
});

Deno.test("create: a read key covers several workspaces or all, an ingest key covers one", () => {
  const { keyring, run } = setUp();
  run("create", "--kind", "read", "--workspace", "a", "--workspace", "b");
  run("create", "--kind", "read", "--workspace", "*");
  assertEquals(keyring.list().map(({ workspaces }) => workspaces), [["a", "b"], ["*"]]);
  assertEquals(keyring.list().map(({ models }) => models), [null, null], "without --model, every model is allowed");
});

const REFUSED: [why: string, args: string[], message: string][] = [
  ["no kind", ["create"], 'kind ""'],
  ["an unknown kind", ["create", "--kind", "owner"], 'kind "owner"'],
  ["no workspace", ["create", "--kind", "ingest"], "give --workspace ID"],
  [
    "two workspaces for an ingest key",
    ["create", "--kind", "ingest", "--workspace", "a", "--workspace", "b"],
    "several workspaces",
  ],
  ["all workspaces for an ingest key", ["create", "--kind", "ingest", "--workspace", "*"], 'workspace "*"'],
  ["no workspace id", ["create", "--kind", "read", "--workspace", "../x"], 'workspace "../x"'],
  ["a month", ["create", "--kind", "admin", "--expires", "1mo"], '--expires "1mo"'],
  ["an unknown option", ["create", "--kind", "admin", "--role", "x"], "Cannot read --role"],
  ["a key without its id", ["revoke"], "without a key's id"],
  ["an unknown key", ["revoke", "missing"], "Cannot find key"],
  ["a pairing without a workspace", ["pair"], "give one --workspace"],
];

for (const [why, args, message] of REFUSED) {
  Deno.test(`refused: ${why}`, () => {
    const { keyring, run } = setUp();
    assertThrows(() => run(...args), Error, message);
    assertEquals(keyring.list(), []);
  });
}

Deno.test("rotate keeps the id, revoke ends it, list shows both without a secret", () => {
  const { keyring, run } = setUp();
  const { id, key: first } = JSON.parse(
    run("create", "--kind", "read", "--workspace", "acme", "--note", "a\u001b[31m", "--json"),
  );
  const { id: same, key: second, previous_secret_until } = JSON.parse(run("rotate", id, "--overlap", "1h", "--json"));
  assertEquals([same, previous_secret_until], [id, "2026-11-26T13:00:00.000Z"]);
  assert(typeof keyring.check(first) !== "string" && typeof keyring.check(second) !== "string");
  assertStringIncludes(run("list"), `${id}  read  acme        valid  never`);
  assertStringIncludes(run("revoke", id), "is revoked");
  const listed = run("list") + run("list", "--json");
  assertStringIncludes(listed, "revoked");
  assert(!listed.includes(first.slice(18)) && !listed.includes(second.slice(18)) && !run("list").includes("\u001b"));
});

Deno.test("list: the use of a key, and whether it is still valid", () => {
  const { keyring, run } = setUp();
  const create = (...args: string[]) => JSON.parse(run("create", "--kind", "read", ...args, "--json")).id as string;
  const used = create("--workspace", "acme", "--expires", "30d");
  const expired = keyring.create({ kind: "read", workspaces: ["blue"], expires_at_ms: NOW }, BY).key.id;
  keyring.touch(keyring.list()[0]);
  const line = (id: string) => run("list").split("\n").find((text) => text.startsWith(id))!;
  assertMatch(line(used), /read +acme +until 2026-12-26 +2026-11-26T12:00/);
  assertMatch(line(expired), /read +blue +expired +never/);
});

Deno.test("create: what is printed names the workspaces of the key", () => {
  const { run } = setUp();
  const printed = run("create", "--kind", "read", "--workspace", "acme", "--workspace", "blue");
  assertMatch(printed, /^qg_read_\S+\n\nKey \w{8} \(read, acme, blue\)/);
});

Deno.test("pair: the code can be redeemed", () => {
  const { pairing, run } = setUp();
  const [code] = run("pair", "--workspace", "acme").split("\n");
  assertMatch(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  assertEquals(pairing.redeem(code, "Firefox", null)?.key.workspaces, ["acme"]);
  assertEquals(Object.keys(JSON.parse(run("pair", "--workspace", "acme", "--json"))), [
    "code",
    "workspace_id",
    "expires_at",
  ]);
});

Deno.test("without a command the help is printed, and with an unknown one after a sentence; an empty list shows how to create a key", () => {
  const { run } = setUp();
  assertEquals([run(), run("help"), run("create", "--help").length > 0], [KEYS_HELP, KEYS_HELP, true]);
  assertThrows(() => run("lost"), UsageError, `Cannot run keys lost: there is no such command.\n\n${KEYS_HELP}`);
  assertStringIncludes(run("list"), "There are no keys yet");
});
