/** Exchanges of the gateway's upstream client with a raw server. */
import { Buffer } from "node:buffer";
import type { Failure, ResponseHandler } from "../../server/gateway/upstream/response_handler.ts";
import type { ResponseHead } from "../../server/gateway/upstream/response_head.ts";
import {
  createUpstream,
  type Exchange,
  type ExchangeControl,
  type Upstream,
} from "../../server/gateway/upstream/upstream.ts";
import { REST_MS } from "../../server/gateway/upstream/idle_connections.ts";
import { ManualClock } from "./clock.ts";
import { type RawReply, type RawServer, startRawServer } from "./raw_server.ts";

/** A request, for tests in which it does not matter which. */
export const EXCHANGE: Exchange = {
  method: "POST",
  path: "chat",
  headers: { "x-a": ["1", "2"] },
  body: [Buffer.from("{}")],
};
/** The shortest response. */
export const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Records one response. */
export class RecordingHandler implements ResponseHandler {
  received: ResponseHead | null = null;
  body = "";
  readonly outcome = Promise.withResolvers<"ended" | Failure>();
  readonly began = Promise.withResolvers<void>();
  control!: ExchangeControl;

  head(head: ResponseHead): void {
    this.received = head;
    this.began.resolve();
  }
  data(bytes: Buffer): void {
    this.body += bytes.toString("latin1");
  }
  end(): void {
    this.outcome.resolve("ended");
  }
  failed(failure: Failure): void {
    this.outcome.resolve(failure);
  }
}

/** Sends a request; returns its handler, which records. */
export function send(upstream: Upstream, exchange: Partial<Exchange> = {}): RecordingHandler {
  const handler = new RecordingHandler();
  handler.control = upstream.send({ ...EXCHANGE, ...exchange }, handler);
  return handler;
}

/** Sends a request and waits for the end of its response. */
export async function call(upstream: Upstream, exchange: Partial<Exchange> = {}) {
  const handler = send(upstream, exchange);
  const outcome = await handler.outcome.promise;
  return { status: handler.received?.status ?? null, body: handler.body, outcome };
}

/** Lets the connections that have just become idle be used again. */
export function rest(clock: ManualClock): void {
  clock.advance(2 * REST_MS);
}

/** A server with these replies, and an upstream that calls it. */
export function withServer(
  reply: RawReply,
  use: (upstream: Upstream, server: RawServer, clock: ManualClock) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const server = await startRawServer(reply);
    const clock = new ManualClock();
    const upstream = createUpstream(`http://127.0.0.1:${server.port}/v1`, { clock });
    try {
      await use(upstream, server, clock);
    } finally {
      upstream.close();
      await server.close();
    }
  };
}
