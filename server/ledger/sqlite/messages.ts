/** What the ledger and its worker say to each other. */
import type { LedgerErrorCode } from "../ledger.ts";
import type { LedgerReader } from "./read.ts";

/** What became of a batch: entries by their place in it. All others are new and committed. */
export interface Committed {
  duplicates: number[];
  refused: { index: number; code: LedgerErrorCode; message: string }[];
}

/** A question to a {@link LedgerReader}: its method and arguments. */
export type Question = {
  [Method in keyof LedgerReader]: { method: Method; args: Parameters<LedgerReader[Method]> };
}[keyof LedgerReader];

/** An answer to a {@link Question}. */
export type Answer = ReturnType<LedgerReader[keyof LedgerReader]>;

/** What the worker holds to. */
export interface Bounds {
  /** How long a commit waits for another connection that has the file. */
  lockWaitMs: number;
  /** From which size on the journal is told of. */
  journalAlarmBytes: number | undefined;
}

/** To the worker. `open` comes first and once, `close` last; `commit` and `read` are answered by their `id`. */
export type Request =
  | { kind: "open"; path: string; bounds: Bounds }
  // Packed, as `packed.ts` does it: a text is cloned for nothing.
  | { kind: "commit"; id: number; entries: string }
  | { kind: "read"; id: number; question: Question }
  | { kind: "close" };

/** From the worker. */
export type Reply =
  | { kind: "ready" }
  | { kind: "committed"; id: number; committed: Committed }
  | { kind: "answer"; id: number; answer: Answer }
  | { kind: "failed"; id: number; code: LedgerErrorCode; message: string }
  /** The file could not be opened here: nothing will be answered. */
  | { kind: "broken"; code: LedgerErrorCode; message: string }
  /** The journal has grown to this size and cannot be cleared: somebody reads the file for long. */
  | { kind: "journal"; bytes: number }
  | { kind: "closed" };
