import { assertEquals, assertMatch, assertThrows } from "../../../tests/support/assert.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import { LedgerError } from "../ledger.ts";
import { openLedger } from "../open.ts";
import { quickFault } from "./quick_check.ts";

Deno.test("a sound ledger has no fault, also while it is open; a missing one is not sound", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    assertEquals(quickFault(path), undefined);
    const ledger = await openLedger(`sqlite:${path}`, () => {});
    assertEquals(quickFault(path), null);
    await ledger.close();
    assertEquals(quickFault(path), null);
  }));

Deno.test("a file that is damaged, or is no ledger, is found", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    await (await openLedger(`sqlite:${path}`, () => {})).close();
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.fill(0xff, 4096, 8192));
    assertMatch(quickFault(path) ?? "", /page 2/);
    await Deno.writeTextFile(path, "a".repeat(8192));
    assertThrows(() => quickFault(path), LedgerError);
  }));
