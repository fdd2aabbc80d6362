import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { ledgerContract } from "./ledger_contract.ts";

ledgerContract("memory ledger", () => ({
  open: () => Promise.resolve(openMemoryLedger()),
  durable: false,
  [Symbol.asyncDispose]: () => Promise.resolve(),
}));

ledgerContract("sqlite ledger", () => {
  const folder = Deno.makeTempDirSync();
  return {
    open: () => openSqliteLedger(`${folder}/made/quota.db`),
    durable: true,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
});
