/** Opens the ledger that `QUOTA_STORE` names. */
import { lazyImport } from "../runtime/lazy_import.ts";
import type { Log } from "../runtime/log.ts";
import type { HistoricLedger } from "./history/port.ts";
import { LedgerError } from "./ledger.ts";

/**
 * Opens a ledger.
 *
 * @param store `sqlite:PATH`, whose file and folder are created if they do not exist, or `memory:`.
 * @param log receives what happens to the ledger's files.
 * @throws {LedgerError} when this version does not know the store, or cannot open it.
 */
export async function openLedger(store: string, log: Log = () => {}): Promise<HistoricLedger> {
  if (store === "memory:") return (await import("./memory/memory.ts")).openMemoryLedger();
  const path = sqlitePath(store);
  if (path !== "") return await (await import("./sqlite/sqlite.ts")).openSqliteLedger(path, { log });
  // Only the scheme: the rest may contain a password.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(store)?.[0] ?? "";
  throw new LedgerError(
    "unavailable",
    `Cannot open the store "${scheme}…": this version knows sqlite:PATH and memory:. Set QUOTA_STORE to one of them.`,
  );
}

/** Tells a second start with the same store where this service listens. Nothing depends on it. */
export async function nameOwner(store: string, url: string, log: Log): Promise<void> {
  const path = sqlitePath(store);
  if (path === "") return;
  try {
    const module = import.meta.resolve("./sqlite/files/file.ts");
    (await lazyImport<typeof import("./sqlite/files/file.ts")>(module)).nameOwner(path, url);
  } catch (error) {
    log("owner_not_named", { error: String(error) });
  }
}

function sqlitePath(store: string): string {
  return store.startsWith("sqlite:") ? store.slice("sqlite:".length) : "";
}
