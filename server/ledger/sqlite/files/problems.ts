/** Problems of a ledger that accepts entries, for the log, for health and for the status. */
import type { Log } from "../../../runtime/log.ts";
import type { ProblemListener } from "../../ledger.ts";
import type { FileEvent } from "../messages.ts";

interface FileText {
  /** For everyone who sees the status. `null` ends the problem. */
  reason: string | null;
  /** The event in the log, if there is one, and what to do. */
  event?: string;
  fix?: string;
  /** The problem is over already. It is shown for a while. */
  passing?: true;
}

const FILE_TEXTS: Record<FileEvent | "lock_taken" | "lock_renewed", FileText> = {
  restored: {
    event: "ledger_restored",
    reason: "The ledger's file was deleted while the service runs. It was written again, and nothing is lost",
    fix: "Stop the service before its files are deleted or moved.",
    passing: true,
  },
  journal_restored: {
    event: "ledger_journal_restored",
    reason: "The ledger's journal was deleted while the service runs. It was made again, and nothing is lost",
    fix: "Stop the service before its files are deleted or moved.",
    passing: true,
  },
  lock_renewed: {
    event: "ledger_lock_renewed",
    reason: "The ledger's lock file was deleted while the service runs. It was made again",
    fix: "Leave the lock file where it is: it has no meaning when no service runs.",
    passing: true,
  },
  replaced: {
    event: "ledger_replaced",
    reason: "Another file is in the place of the ledger. The service goes on with a copy; see its log",
    fix:
      "Stop the service and decide which file to keep: the copy has all that was counted until then. Start it again.",
  },
  lost: {
    event: "ledger_lost",
    reason: "The ledger's file was deleted or damaged, and it cannot be written again; see the service's log",
    fix: "A deleted file is written again as soon as the folder can be written. A damaged one needs a backup.",
  },
  linked: {
    event: "ledger_linked",
    reason: "The ledger's file has a second name (hard link), so another process could write it too",
    fix: "Delete the other name: the next start is refused while there is one.",
  },
  unlinked: { reason: null },
  lock_lost: { reason: "The ledger's lock file was deleted, so another service could write the ledger too" },
  lock_taken: {
    event: "ledger_lock_taken",
    reason: "Another service has opened the ledger, so this one writes nothing",
    fix: "Stop one of the two services.",
  },
};

const LOCKED = "Calls wait to be written: another program locks the ledger's file. Nothing is lost";
const SLOW = "Calls wait to be written: the ledger's disk does not answer. Nothing is lost";

/** The reader may be a backup, a report or a shell with an open transaction. */
const JOURNAL_FIX = "End the program that reads the ledger file: its journal cannot shrink before.";

/** The latest problem of each kind. A problem of the file hides one of the delay. */
export class Problems {
  readonly #log: Log;
  readonly #shown_ms: number;
  #listener: ProblemListener = () => {};
  #file: string | null = null;
  #delay: string | null = null;
  #told: string | null = null;
  #hide_at = Infinity;

  /** @param shown_ms how long a problem is shown that is over when it is noticed. */
  constructor(log: Log, shown_ms: number) {
    this.#log = log;
    this.#shown_ms = shown_ms;
  }

  listen(listener: ProblemListener): void {
    this.#listener = listener;
  }

  file(event: keyof typeof FILE_TEXTS, fields: Record<string, unknown>): void {
    const { reason, event: logged, fix, passing } = FILE_TEXTS[event];
    if (logged) this.#log(logged, { ...fields, fix });
    this.#file = reason;
    this.#hide_at = passing ? performance.now() + this.#shown_ms : Infinity;
    this.#tell();
  }

  /** Entries wait for too long (`locked`: because of another program's lock), or (`null`) do not any more. */
  delay(cause: { locked: boolean } | null): void {
    this.#delay = cause && (cause.locked ? LOCKED : SLOW);
    this.#tell();
  }

  /** The journal has grown to this size. */
  journal(bytes: number): void {
    this.#log("ledger_journal_grows", { bytes, fix: JOURNAL_FIX });
  }

  /** Ends the display of a problem that is over. Call it often. */
  tick(): void {
    if (performance.now() < this.#hide_at) return;
    this.#hide_at = Infinity;
    this.#file = null;
    this.#tell();
  }

  #tell(): void {
    const reason = this.#file ?? this.#delay;
    if (reason === this.#told) return;
    this.#told = reason;
    this.#listener(reason);
  }
}
