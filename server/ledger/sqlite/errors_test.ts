import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { isBusy, isEntryFault, toLedgerError } from "./errors.ts";

/** An error as `node:sqlite` throws it, with one of https://www.sqlite.org/rescode.html. */
function sqliteError(errcode: number): Error {
  return Object.assign(new Error("a reason"), { code: "ERR_SQLITE_ERROR", errcode });
}

const codeOf = (error: unknown) => toLedgerError("write to the ledger", error).code;

const CODES: [name: string, errcode: number, code: string][] = [
  ["SQLITE_ERROR", 1, "unavailable"],
  ["SQLITE_BUSY", 5, "unavailable"],
  ["SQLITE_READONLY", 8, "unwritable"],
  ["SQLITE_READONLY_DBMOVED", 1032, "unwritable"],
  ["SQLITE_IOERR", 10, "unavailable"],
  ["SQLITE_CORRUPT", 11, "corrupt"],
  ["SQLITE_FULL", 13, "full"],
  ["SQLITE_CANTOPEN", 14, "unwritable"],
  ["SQLITE_TOOBIG", 18, "invalid"],
  ["SQLITE_CONSTRAINT", 19, "invalid"],
  ["SQLITE_CONSTRAINT_NOTNULL", 1299, "invalid"],
  ["SQLITE_MISMATCH", 20, "invalid"],
  ["SQLITE_RANGE", 25, "invalid"],
  ["SQLITE_NOTADB", 26, "corrupt"],
];

for (const [name, errcode, code] of CODES) {
  Deno.test(`${name} is a ledger error with code ${code}`, () => {
    assertEquals(codeOf(sqliteError(errcode)), code);
    assertEquals(isEntryFault(sqliteError(errcode)), code === "invalid");
  });
}

Deno.test("a value that SQLite cannot bind makes its entry invalid, and file errors make the ledger unwritable", () => {
  assertEquals(codeOf(new TypeError("Provided value cannot be bound")), "invalid");
  assertEquals(codeOf(new Deno.errors.PermissionDenied("denied")), "unwritable");
  assertEquals(codeOf(Object.assign(new Error("read-only"), { code: "EROFS" })), "unwritable");
  assertEquals(codeOf(new Error("anything else")), "unavailable");
  assertEquals(codeOf("not an error"), "unavailable");
});

Deno.test("SQLITE_BUSY and SQLITE_LOCKED mean that another connection locks the file", () => {
  assertEquals([5, 6, 261, 13].map((errcode) => isBusy(sqliteError(errcode))), [true, true, true, false]);
  assertStringIncludes(toLedgerError("open the ledger", sqliteError(5)).message, "another program has it open");
});
