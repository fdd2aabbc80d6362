/** The messages between the ledger and its worker. */
import type { HistoryBounds } from "../history/query.ts";
import type { LedgerErrorCode } from "../ledger.ts";
import type { LedgerReader } from "./read.ts";

/** The result of a batch, by the indexes of its entries. All other entries are new and committed. */
export interface Committed {
  duplicates: number[];
  refused: { index: number; code: LedgerErrorCode; message: string }[];
}

/** A query: a method of {@link LedgerReader} and its arguments. */
export type Question = {
  [Method in keyof LedgerReader]: { method: Method; args: Parameters<LedgerReader[Method]> };
}[keyof LedgerReader];

/** The result of a {@link Question}. */
export type Answer = ReturnType<LedgerReader[keyof LedgerReader]>;

/** Settings of the worker. */
export interface Bounds {
  /** How long a commit waits while another connection locks the file. */
  lockWaitMs: number;
  /** The journal's size from which the worker reports it. */
  journalAlarmBytes: number;
  /** How often the worker checks that its files are still in their place. */
  fileCheckMs: number;
}

/** Events of the files of an open ledger. */
export type FileEvent =
  /** The file was deleted. It was written again from the open connection. */
  | "restored"
  /** Another file is in its place. The ledger goes on in a copy, whose path the event has. */
  | "replaced"
  /** The file was deleted, exchanged or truncated, and cannot be written again: `why`. Entries are refused until it can. */
  | "lost"
  /** The file has further names (hard links), through which another process could write it. */
  | "linked"
  /** It has one name again. */
  | "unlinked"
  /** The journal was deleted. Its content is in the file, and there is a new journal. */
  | "journal_restored"
  /** The lock file was deleted: another process could open the ledger. */
  | "lock_lost";

/** To the worker. `open` is the first message and `close` the last; the others are answered with their `id`. */
export type Request =
  | { kind: "open"; path: string; lockPath: string; bounds: Bounds }
  | { kind: "commit"; id: number; entries: string }
  | { kind: "read"; id: number; question: Question }
  | { kind: "prune"; id: number; before_ms: number }
  /** Writes the sums of history that are in memory. */
  | { kind: "flush"; id: number }
  | { kind: "shorten"; id: number; bounds: HistoryBounds }
  | { kind: "close" };

/** From the worker. */
export type Reply =
  | { kind: "ready" }
  | { kind: "committed"; id: number; committed: Committed }
  | { kind: "answer"; id: number; answer: Answer }
  | { kind: "pruned"; id: number; deleted: number }
  | { kind: "done"; id: number }
  | { kind: "failed"; id: number; code: LedgerErrorCode; message: string }
  /** The worker could not open the file, and answers no request. */
  | { kind: "broken"; code: LedgerErrorCode; message: string }
  /** The journal has grown to this size, because another program reads the file for long. */
  | { kind: "journal"; bytes: number }
  /** A batch waits because another program locks the file. */
  | { kind: "locked" }
  /** `path` is where the ledger is now. */
  | { kind: "file"; event: FileEvent; path: string; why?: string }
  | { kind: "closed" };
