/** The worker's connection to the ledger file: commits, reads, and care for a file that is deleted under it. */
import type { DatabaseSync } from "node:sqlite";
import { LedgerError } from "../ledger.ts";
import { connect } from "./connect.ts";
import { isBusy, toLedgerError } from "./errors.ts";
import { type FileChange, FileWatch } from "./files/file_watch.ts";
import { JournalWatch } from "./files/journal.ts";
import type { Bounds, Committed, FileEvent, Question, Reply, Request } from "./messages.ts";
import { type Batch, unpackEntries } from "./write/packed.ts";
import { AttemptPruner } from "./prune.ts";
import { LedgerReader } from "./read.ts";
import { acceptShrunk, writeAgain } from "./files/rescue.ts";
import { HistoryKeeper } from "./history/keeper.ts";
import type { HistoryBounds } from "../history/query.ts";
import { shortenHistory } from "./history/shorten.ts";
import { LedgerWriter } from "./write/writer.ts";

type Commit = Extract<Request, { kind: "commit" }>;

/** The objects that belong to one connection. */
interface Connection {
  path: string;
  db: DatabaseSync;
  writer: LedgerWriter;
  reader: LedgerReader;
  pruner: AttemptPruner;
  history: HistoryKeeper;
  journal: JournalWatch;
  files: FileWatch;
}

interface SessionOptions {
  path: string;
  lockPath: string;
  bounds: Bounds;
  reply: (message: Reply) => void;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #reply: (message: Reply) => void;
  readonly #batches: Commit[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  #at: Connection;
  #committing = false;
  /** Set while the content of a deleted file is saved. */
  #healing: Promise<void> | null = null;
  /** Why the content of a deleted file could not be saved yet. */
  #lost: LedgerError | null = null;
  #names = 1;

  /** @throws the database's own error. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#reply = options.reply;
    this.#at = this.#connect(options.path);
    this.#timer = setInterval(() => this.#checkFiles(), options.bounds.fileCheckMs);
  }

  async commit(batch: Commit): Promise<void> {
    this.#batches.push(batch);
    if (this.#committing) return;
    this.#committing = true;
    for (let next = this.#batches.shift(); next; next = this.#batches.shift()) {
      this.#reply(await this.#answerBatch(next));
      this.#at.journal.committed();
    }
    this.#committing = false;
  }

  read(id: number, { method, args }: Question): void {
    this.#answer(id, "read", () => {
      // Method and arguments come from one Question, which TypeScript does not see through the union.
      const ask = this.#at.reader[method].bind(this.#at.reader) as (...args: Question["args"]) => never;
      return { kind: "answer", id, answer: ask(...args) };
    });
  }

  prune(id: number, before_ms: number): void {
    this.#answer(id, "delete old attempts of", () => {
      this.#at.history.flush();
      return { kind: "pruned", id, deleted: this.#at.pruner.prune(before_ms) };
    });
  }

  /** Writes the sums of history that are in memory, so that a reader sees them. */
  flush(id: number): void {
    this.#answer(id, "write the history of", () => {
      if (this.#lost) throw this.#lost;
      this.#at.history.flush();
      return { kind: "done", id };
    });
  }

  shorten(id: number, bounds: HistoryBounds): void {
    this.#answer(id, "shorten the history of", () => {
      shortenHistory(this.#at.db, bounds);
      return { kind: "done", id };
    });
  }

  #answer(id: number, verb: string, ask: () => Reply): void {
    try {
      this.#reply(ask());
    } catch (error) {
      this.#reply(this.#failure(id, verb, error));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#at.history.close();
    await this.#healing;
    this.#at.db.close();
    this.#reply({ kind: "closed" });
  }

  #connect(path: string): Connection {
    const { bounds, lockPath } = this.#options;
    const db = connect(path);
    return {
      path,
      db,
      writer: new LedgerWriter(db),
      reader: new LedgerReader(db),
      pruner: new AttemptPruner(db),
      history: new HistoryKeeper(db, () => !this.#healing && !this.#lost),
      journal: new JournalWatch(path, (bytes) => this.#reply({ kind: "journal", bytes }), bounds.journalAlarmBytes),
      files: new FileWatch(path, lockPath),
    };
  }

  #reconnect(path: string): void {
    this.#at.history.close();
    this.#at.db.close();
    this.#at = this.#connect(path);
  }

  async #answerBatch({ id, entries }: Commit): Promise<Reply> {
    try {
      return { kind: "committed", id, committed: await this.#commitWhenFree(unpackEntries(entries)) };
    } catch (error) {
      return this.#failure(id, "write to", error);
    }
  }

  /** While another connection locks the file, reads are answered between two attempts. */
  async #commitWhenFree({ entries, runs }: Batch): Promise<Committed> {
    const start = performance.now();
    for (let attempt = 0;; attempt++) {
      try {
        if (this.#healing) await this.#healing;
        if (this.#lost) throw this.#lost;
        const committed = this.#at.writer.commit(entries, runs);
        this.#at.history.committed(entries, committed);
        return committed;
      } catch (error) {
        if (!isBusy(error) || performance.now() - start >= this.#options.bounds.lockWaitMs) throw error;
        if (attempt === 0) this.#reply({ kind: "locked" });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }

  #failure(id: number, verb: string, error: unknown): Reply {
    const { code, message } = toLedgerError(`${verb} the ledger ${this.#at.path}`, error);
    return { kind: "failed", id, code, message };
  }

  #checkFiles(): void {
    if (this.#healing) return;
    const change = this.#at.files.check();
    if (change === null) return this.#checkNames();
    if (change === "lock") return this.#tell("lock_lost");
    // A damaged file stays damaged, and reading all of it again would only cost time.
    if (change === "shrunk" && this.#lost?.code === "corrupt") return;
    this.#healing = this.#heal(change).finally(() => this.#healing = null);
  }

  #checkNames(): void {
    const { names } = this.#at.files;
    if ((names > 1) !== (this.#names > 1)) this.#tell(names > 1 ? "linked" : "unlinked");
    this.#names = names;
  }

  async #heal(change: FileChange): Promise<void> {
    try {
      if (change === "shrunk") acceptShrunk(this.#at.path, this.#at.files);
      else if (change === "journal") this.#healJournal();
      else await this.#healFile();
      this.#lost = null;
    } catch (error) {
      this.#lose(error);
    }
  }

  /** The connection still has the deleted journal, and moves its content into the file. */
  #healJournal(): void {
    const { busy } = this.#at.db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()!;
    if (busy) throw new Error("another program reads it, so its deleted journal cannot be saved: end that program");
    this.#reconnect(this.#at.path);
    this.#tell("journal_restored");
  }

  /** Writes the ledger again at its path, or, if another file is there, to a copy in the same folder. */
  async #healFile(): Promise<void> {
    const { path, db, files } = this.#at;
    const copy = await writeAgain(db, path, files);
    this.#reconnect(copy ?? path);
    this.#tell(copy === null ? "restored" : "replaced");
  }

  #lose(error: unknown): void {
    const lost = toLedgerError(`use the files of the ledger ${this.#at.path}`, error);
    if (this.#lost?.message !== lost.message) this.#tell("lost", lost.message);
    this.#lost = lost;
  }

  #tell(event: FileEvent, why?: string): void {
    this.#reply({ kind: "file", event, path: this.#at.path, why });
  }
}
