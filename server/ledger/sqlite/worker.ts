/** The thread that waits for the disk instead of the main thread. Few imports, because it starts with the service. */
/// <reference lib="webworker" />
import type { DatabaseSync } from "node:sqlite";
import type { LedgerEntry } from "../ledger.ts";
import { connect } from "./connect.ts";
import { isBusy, toLedgerError } from "./errors.ts";
import { JournalWatch } from "./journal.ts";
import type { Bounds, Committed, Question, Reply, Request } from "./messages.ts";
import { unpackEntries } from "./packed.ts";
import { LedgerReader } from "./read.ts";
import { LedgerWriter } from "./write.ts";

type Batch = Extract<Request, { kind: "commit" }>;

class Session {
  readonly #path: string;
  readonly #bounds: Bounds;
  readonly #db: DatabaseSync;
  readonly #writer: LedgerWriter;
  readonly #reader: LedgerReader;
  readonly #journal: JournalWatch;
  readonly #batches: Batch[] = [];
  #committing = false;

  constructor(path: string, bounds: Bounds) {
    this.#path = path;
    this.#bounds = bounds;
    this.#db = connect(path);
    this.#writer = new LedgerWriter(this.#db);
    this.#reader = new LedgerReader(this.#db);
    this.#journal = new JournalWatch(path, (bytes) => reply({ kind: "journal", bytes }), bounds.journalAlarmBytes);
  }

  async commit(batch: Batch): Promise<void> {
    this.#batches.push(batch);
    if (this.#committing) return;
    this.#committing = true;
    for (let next = this.#batches.shift(); next; next = this.#batches.shift()) {
      reply(await this.#answerBatch(next));
      this.#journal.committed();
    }
    this.#committing = false;
  }

  read(id: number, { method, args }: Question): void {
    try {
      // Method and arguments come from one Question, which TypeScript does not see through the union.
      const ask = this.#reader[method].bind(this.#reader) as (...args: Question["args"]) => never;
      reply({ kind: "answer", id, answer: ask(...args) });
    } catch (error) {
      reply(this.#failure(id, "read", error));
    }
  }

  close(): void {
    this.#db.close();
    reply({ kind: "closed" });
  }

  async #answerBatch({ id, entries }: Batch): Promise<Reply> {
    try {
      return { kind: "committed", id, committed: await this.#commitWhenFree(unpackEntries(entries)) };
    } catch (error) {
      return this.#failure(id, "write to", error);
    }
  }

  /** While another connection locks the file, reads are answered between two attempts. */
  async #commitWhenFree(entries: LedgerEntry[]): Promise<Committed> {
    const start = performance.now();
    while (true) {
      try {
        return this.#writer.commit(entries);
      } catch (error) {
        if (!isBusy(error) || performance.now() - start >= this.#bounds.lockWaitMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }

  #failure(id: number, verb: string, error: unknown): Reply {
    const { code, message } = toLedgerError(`${verb} the ledger ${this.#path}`, error);
    return { kind: "failed", id, code, message };
  }
}

let session: Session | undefined;

function open(path: string, bounds: Bounds): void {
  try {
    session = new Session(path, bounds);
    reply({ kind: "ready" });
  } catch (error) {
    const { code, message } = toLedgerError(`open the ledger ${path}`, error);
    reply({ kind: "broken", code, message });
  }
}

function reply(message: Reply): void {
  self.postMessage(message);
}

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.kind === "open") open(data.path, data.bounds);
  else if (data.kind === "commit") void session?.commit(data);
  else if (data.kind === "read") session?.read(data.id, data.question);
  else session?.close();
};
