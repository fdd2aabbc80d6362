/** `check`, and the check of a backup: every page, every sum, every key. */
import { checkKeys } from "../../access/sqlite/care.ts";
import { LedgerError } from "../../ledger/ledger.ts";
import { checkLedger } from "../../ledger/sqlite/care.ts";
import { extractKeys } from "./keys_part.ts";
import { unfinishedFile } from "./new_file.ts";
import { type DataPaths, existsAt } from "./paths.ts";

/** How many attempts and keys there are; `null` keys where there is no file of keys. */
export interface BackupCheckup {
  attempts: number;
  keys: number | null;
}

/**
 * Reads the whole ledger and all keys. The service may have both open.
 *
 * @returns with a sentence for each fault.
 * @throws {LedgerError} when there is no ledger, {AccessError} for a file that is not one of keys; either also when a newer
 *   version wrote it.
 */
export function checkData({ ledger, keys }: DataPaths): BackupCheckup & { faults: string[] } {
  const { attempts, faults } = checkLedger(ledger);
  const ofKeys = existsAt(keys) ? checkKeys(keys) : null;
  return { attempts, keys: ofKeys?.keys ?? null, faults: [...faults, ...(ofKeys?.faults ?? [])] };
}

/**
 * Reads a whole backup.
 *
 * @param folder where the keys are written for the check: a file in it is made and deleted.
 * @throws {LedgerError} `corrupt` when it has a fault.
 */
export function checkBackup(path: string, folder = path): BackupCheckup {
  const { attempts, faults } = checkLedger(path);
  refuseFaults(path, faults);
  using extracted = unfinishedFile(folder);
  if (!extractKeys(path, extracted.path)) return { attempts, keys: null };
  const keys = checkKeys(extracted.path);
  refuseFaults(path, keys.faults);
  return { attempts, keys: keys.keys };
}

function refuseFaults(path: string, [fault]: string[]): void {
  if (fault !== undefined) throw new LedgerError("corrupt", `Cannot use ${path}: ${fault}`);
}
