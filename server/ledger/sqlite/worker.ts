/** The thread that waits for the disk instead of the main thread. Few imports, because it starts with the service. */
/// <reference lib="webworker" />
import { fileExists } from "../../runtime/file_exists.ts";
import { toLedgerError } from "./errors.ts";
import type { Reply, Request } from "./messages.ts";
import { Session } from "./session.ts";

let session: Session | undefined;

function open({ path, lockPath, bounds }: Extract<Request, { kind: "open" }>): void {
  try {
    // SQLite would make an empty file.
    if (!fileExists(path)) throw new Error("its file is gone: restart the service");
    session = new Session({ path, lockPath, bounds, reply });
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
  if (data.kind === "open") open(data);
  else if (data.kind === "commit") void session?.commit(data);
  else if (data.kind === "read") session?.read(data.id, data.question);
  else if (data.kind === "prune") session?.prune(data.id, data.before_ms);
  else if (data.kind === "flush") session?.flush(data.id);
  else if (data.kind === "shorten") session?.shorten(data.id, data.bounds);
  else void session?.close();
};
