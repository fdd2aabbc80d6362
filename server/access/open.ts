/** Opens the store of keys that belongs to `QUOTA_STORE`. */
import { fileExists } from "../runtime/file_exists.ts";
import { MemoryAccessStore } from "./memory_store.ts";
import { OnDemandStore } from "./on_demand_store.ts";
import { openAccessStore } from "./sqlite_store.ts";
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
export function openAccess(store: string): AccessStore {
  const path = accessPath(store);
  if (path === null) return new MemoryAccessStore();
  return new OnDemandStore({ exists: () => fileExists(path), open: () => openAccessStore(path) });
}
