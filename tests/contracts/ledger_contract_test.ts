import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { historyContract } from "./history_contract.ts";
import { ledgerContract } from "./ledger_contract.ts";

const memory = () => ({
  open: () => Promise.resolve(openMemoryLedger()),
  durable: false,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

const sqlite = () => {
  const folder = Deno.makeTempDirSync();
  return {
    open: () => openSqliteLedger(`${folder}/made/quota.db`),
    durable: true,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
};

for (const [name, make] of Object.entries({ "memory ledger": memory, "sqlite ledger": sqlite })) {
  ledgerContract(name, make);
  historyContract(name, make);
}
