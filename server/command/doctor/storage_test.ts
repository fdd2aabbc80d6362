import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { checkStorage, type Disk } from "./storage.ts";

const SOUND: Disk = { probe: () => 5e9, isOwn: () => true, ledgerFault: () => null };
const throws = (message: string) => () => {
  throw new Error(message);
};

const CASES: [name: string, disk: Partial<Disk>, levels: [data: string, ledger: string], text: string][] = [
  ["sound", {}, ["ok", "ok"], "the folder /var/quota can be written; its disk has 5000 MB left"],
  ["new", { ledgerFault: () => undefined }, ["ok", "ok"], "there is none at /var/quota/q.db yet"],
  ["almost full", { probe: () => 999e6 }, ["warn", "ok"], "999 MB left"],
  ["full", { probe: () => 99e6 }, ["fail", "ok"], "99 MB left"],
  ["another user's", { isOwn: () => false }, ["warn", "ok"], "the folder /var/quota belongs to another user"],
  ["read-only", { probe: throws("Read-only file system") }, ["fail", "ok"], "/var/quota: Read-only file system"],
  ["damaged", { ledgerFault: () => "row 3 missing" }, ["ok", "fail"], "/var/quota/q.db: row 3 missing"],
  ["unreadable", { ledgerFault: throws("Cannot open the ledger") }, ["ok", "fail"], "Cannot open the ledger"],
];

for (const [name, disk, levels, text] of CASES) {
  Deno.test(`the storage is ${name}`, () => {
    const findings = checkStorage({ store: "sqlite:/var/quota/q.db" }, { ...SOUND, ...disk });
    assertEquals(findings.map(({ check, level }) => [check, level]), [["data", levels[0]], ["ledger", levels[1]]]);
    assertStringIncludes(findings.map(({ text }) => text).join("\n"), text);
    for (const { level, remedy } of findings) assertEquals(remedy === null, level === "ok");
  });
}

Deno.test("a store in memory is a warning, and no disk is touched", () => {
  const [{ level, text }] = checkStorage({ store: "memory:" }, {
    ...SOUND,
    probe: throws("no"),
    ledgerFault: throws("no"),
  });
  assertEquals([level, text], ["warn", "QUOTA_STORE=memory: forgets everything when the service stops"]);
});
