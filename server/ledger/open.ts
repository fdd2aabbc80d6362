/** From `QUOTA_STORE` to a ledger. */
import { type Ledger, LedgerError } from "./ledger.ts";

/**
 * Opens the ledger that a store's name tells.
 *
 * @param store `sqlite:PATH`, made with its folder if it is not there, or `memory:`.
 * @param onJournal told when SQLite's journal has grown to so many bytes: somebody else reads the file for long.
 * @throws {LedgerError} when this version has no such store, or it cannot be opened.
 */
export async function openLedger(store: string, onJournal?: (bytes: number) => void): Promise<Ledger> {
  if (store === "memory:") return (await import("./memory/memory.ts")).openMemoryLedger();
  const path = store.startsWith("sqlite:") ? store.slice("sqlite:".length) : "";
  if (path !== "") return await (await import("./sqlite/sqlite.ts")).openSqliteLedger(path, { onJournal });
  // The scheme alone: what follows may hold a password.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(store)?.[0] ?? "";
  throw new LedgerError(
    "unavailable",
    `Cannot open the store "${scheme}…": this version knows sqlite:PATH and memory:. Set QUOTA_STORE to one of them.`,
  );
}
