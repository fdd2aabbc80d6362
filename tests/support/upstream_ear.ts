/** One exchange with a raw server, heard to its end. */
import { Buffer } from "node:buffer";
import type { AnswerHead } from "../../server/gateway/upstream/answer_head.ts";
import type { Failure, Hearer } from "../../server/gateway/upstream/connection.ts";
import { createUpstream, type Exchange, type Line, type Upstream } from "../../server/gateway/upstream/upstream.ts";
import { type RawReply, type RawServer, startRawServer } from "./raw_server.ts";

/** What is asked, where it does not matter what. */
export const ASKED: Exchange = {
  method: "POST",
  path: "chat",
  headers: { "x-a": ["1", "2"] },
  body: Buffer.from("{}"),
};
/** The shortest answer. */
export const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Hears one exchange to its end. */
export class Ear implements Hearer {
  status: number | null = null;
  body = "";
  readonly over = Promise.withResolvers<"ended" | Failure>();
  readonly began = Promise.withResolvers<void>();
  line!: Line;

  head(head: AnswerHead): void {
    this.status = head.status;
    this.began.resolve();
  }
  data(bytes: Buffer): void {
    this.body += bytes.toString("latin1");
  }
  end(): void {
    this.over.resolve("ended");
  }
  failed(failure: Failure): void {
    this.over.resolve(failure);
  }
}

/** Sends an exchange, and hears it. */
export function ask(upstream: Upstream, exchange: Partial<Exchange> = {}): Ear {
  const ear = new Ear();
  ear.line = upstream.send({ ...ASKED, ...exchange }, ear);
  return ear;
}

/** Sends an exchange, and tells all that came of it. */
export async function heard(upstream: Upstream, exchange: Partial<Exchange> = {}) {
  const ear = ask(upstream, exchange);
  const over = await ear.over.promise;
  return { status: ear.status, body: ear.body, over };
}

/** A server that answers so, and an upstream at it. */
export function withServer(
  reply: RawReply,
  use: (upstream: Upstream, server: RawServer, clock: { now: number }) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const server = await startRawServer(reply);
    const clock = { now: 0 };
    const upstream = createUpstream(`http://127.0.0.1:${server.port}/v1`, { now: () => clock.now });
    try {
      await use(upstream, server, clock);
    } finally {
      upstream.close();
      await server.close();
    }
  };
}
