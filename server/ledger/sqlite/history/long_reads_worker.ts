/** The thread of long reads. Each opens the file anew: it may have been replaced since the one before. */
/// <reference lib="webworker" />
import { DatabaseSync } from "node:sqlite";
import { BUSY_TIMEOUT_MS, execute } from "../connect.ts";
import { toLedgerError } from "../errors.ts";
import { LedgerReader } from "../read.ts";
import type { LongAnswer, LongQuestion, LongReply, LongRequest } from "./long_reads.ts";
import { readHistory } from "./reader.ts";
import { callAttempts, searchAttempts } from "./search.ts";
import { readUses, usesFrom } from "./uses.ts";

/** The memory in which SQLite sorts the rows of an answer; it would write more to a file. It is free after the answer. */
const SORT_KB = 16_384;

function answer(path: string, question: LongQuestion): LongAnswer {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    execute(db, `PRAGMA cache_size = ${-SORT_KB}`);
    if ("usesFrom" in question) return usesFrom(db, question.usesFrom);
    if ("uses" in question) return readUses(db, question.uses, question.after);
    if ("spend" in question) return new LedgerReader(db).spend(...question.spend);
    if ("call" in question) return callAttempts(db, question.call.call_id, question.call.workspaces);
    return "search" in question ? searchAttempts(db, question.search) : readHistory(db, question.query);
  } finally {
    db.close();
  }
}

function reply(message: LongReply): void {
  self.postMessage(message);
}

self.onmessage = ({ data: { id, path, question } }: MessageEvent<LongRequest>) => {
  try {
    reply({ id, answer: answer(path, question) });
  } catch (error) {
    const { code, message } = toLedgerError(`read the ledger ${path}`, error);
    reply({ id, failure: { code, message } });
  }
};
