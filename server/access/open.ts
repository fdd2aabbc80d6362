/** Opens the store of keys that belongs to `QUOTA_STORE`. */
import { fileExists } from "../runtime/file_exists.ts";
import { fileFault } from "../runtime/file_fault.ts";
import type { Log } from "../runtime/log.ts";
import { MemoryAccessStore } from "./memory_store.ts";
import { OnDemandStore } from "./on_demand_store.ts";
import { openAccessStore } from "./sqlite/sqlite_store.ts";
import type { AccessStore } from "./store.ts";

/**
 * The file of the keys, in the ledger's folder: `data/quota.access.db` for `sqlite:data/quota.db`.
 *
 * @returns `null` for a store that is not a file.
 */
export function accessPath(store: string): string | null {
  return store.startsWith("sqlite:") ? `${store.slice("sqlite:".length).replace(/\.db$/, "")}.access.db` : null;
}

/** @throws {AccessError} when the file cannot be used. */
export function openAccess(store: string, log: Log): AccessStore {
  const path = accessPath(store);
  if (path === null) return new MemoryAccessStore();
  // Something else in the file's place must stop the start: a service without its keys would be open.
  const exists = () => fileFault(path) !== null || fileExists(path);
  return new OnDemandStore({ exists, open: () => openAccessStore(path, (event) => log(event, { file: path })) });
}
