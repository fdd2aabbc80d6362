/** The options of a SQLite ledger. */
import { lazyImport } from "../../runtime/lazy_import.ts";
import type { Log } from "../../runtime/log.ts";
import { JOURNAL_BYTES } from "./connect.ts";
import type { Bounds } from "./messages.ts";
import type { LedgerWorker } from "./worker_calls.ts";

/** Bounds; the defaults are the service's. */
export interface SqliteLedgerOptions {
  /** How many entries may wait for the disk before appends are refused. Default 100,000. */
  maxWaiting?: number;
  /** How long a commit waits while another connection locks the file, in milliseconds. Default 30,000. */
  lockWaitMs?: number;
  /** The size in bytes from which the journal is logged. Default 256 MiB; without long readers it has 4 MiB. */
  journalAlarmBytes?: number;
  /** How often the files and the delay of commits are checked, in milliseconds. Default 200. */
  watchMs?: number;
  /** The delay of a commit from which a lock is a problem, in milliseconds; 300 more for a slow disk. Default 400. */
  delayAlarmMs?: number;
  /** How long a problem is shown that is over when it is noticed, in milliseconds. Default 10,000. */
  problemShownMs?: number;
  log?: Log;
  /** Starts the worker; tests pass broken ones. */
  startWorker?: () => LedgerWorker;
}

/** Time for the worker to report a lock: before that, a slow disk is not blamed. */
export const LOCK_REPORT_MS = 300;

/** The options with the service's own in place of those that are left out. */
export function withDefaults(options: SqliteLedgerOptions): Required<SqliteLedgerOptions> {
  return {
    maxWaiting: 100_000,
    lockWaitMs: 30_000,
    journalAlarmBytes: 16 * JOURNAL_BYTES,
    watchMs: 200,
    delayAlarmMs: 400,
    problemShownMs: 10_000,
    log: () => {},
    startWorker: startLedgerWorker,
    ...options,
  };
}

/** The options that the worker uses. */
export function boundsOf({ lockWaitMs, journalAlarmBytes, watchMs }: Required<SqliteLedgerOptions>): Bounds {
  return { lockWaitMs, journalAlarmBytes, fileCheckMs: watchMs };
}

/** Loads the module that writes a deleted file again. A start does not need it. */
export function loadRescue() {
  return lazyImport<typeof import("./files/rescue.ts")>(import.meta.resolve("./files/rescue.ts"));
}

function startLedgerWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}
