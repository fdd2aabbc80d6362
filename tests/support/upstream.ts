/** A provider that a test controls. It keeps its own ledger of requests and answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { defaultReply } from "./upstream_replies.ts";

/** One request as received, and how it ended. */
interface UpstreamEntry {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** The parsed body; null when it is not JSON. */
  json: Record<string, unknown> | null;
  /** The status of the answer; null before it. */
  status: number | null;
  /** `left`: the caller closed the connection before the end. `cut`: the test did. */
  end: "open" | "complete" | "left" | "cut";
}

/** Answers one exchange. */
export type Reply = (exchange: Exchange) => void | Promise<void>;

/** One request that the test answers, in any number of steps. */
export class Exchange {
  /** Resolves when either side has ended the exchange. */
  readonly ended: Promise<void>;

  constructor(readonly entry: UpstreamEntry, readonly response: ServerResponse) {
    this.ended = new Promise((resolve) =>
      response.on("close", () => {
        if (entry.end === "open") entry.end = response.writableFinished ? "complete" : "left";
        resolve();
      })
    );
  }

  /** Sends the whole answer as JSON. */
  json(body: unknown, status = 200, headers: Record<string, string> = {}): void {
    this.raw(JSON.stringify(body), status, { "content-type": "application/json", ...headers });
  }

  /** Sends the whole answer unchanged. */
  raw(body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): void {
    this.start(status, headers);
    this.response.end(body);
  }

  /** Sends status and headers immediately, and keeps the body open. */
  start(status = 200, headers: Record<string, string> = {}): void {
    this.entry.status = status;
    this.response.writeHead(status, { "x-request-id": "req_mock", ...headers });
    this.response.flushHeaders();
  }

  /** Opens an event stream. */
  startStream(headers: Record<string, string> = {}): void {
    this.start(200, { "content-type": "text/event-stream; charset=utf-8", ...headers });
  }

  /** Sends one event of the stream: a text unchanged, an object as JSON with its `type` as the name. */
  event(data: object | string): Promise<void> {
    const name = typeof data === "object" && "type" in data ? `event: ${data.type}\n` : "";
    return this.write(`${name}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  }

  /** Sends bytes; resolves when they are handed to the network. */
  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.response.write(bytes, () => resolve()));
  }

  end(): void {
    this.response.end();
  }

  /**
   * Breaks the connection. When that happens before any answer on a reused connection, Deno's `fetch` sends the request
   * again: two entries for one call of `fetch`.
   */
  cut(): void {
    this.entry.end = "cut";
    this.response.socket?.destroy();
  }
}

/** A running upstream. */
export interface Upstream {
  /** For `QUOTA_UPSTREAM_URL`: ends in `/v1`. */
  url: string;
  /** The ledger: every request, in the order of arrival. */
  entries: UpstreamEntry[];
  /** Answers every further request; by default each is answered as the provider would. */
  reply(reply: Reply): void;
  /** Answers only the next request; further ones queue. */
  once(reply: Reply): void;
  /** Waits for the next request, which the test answers. */
  take(): Promise<Exchange>;
  /** Breaks open connections and stops listening. */
  close(): Promise<void>;
}

/** Starts an upstream on a free loopback port. */
export async function startUpstream(): Promise<Upstream> {
  const entries: UpstreamEntry[] = [];
  const waiting: Reply[] = [];
  let standing: Reply = defaultReply;
  const server = createServer(async (request, response) => {
    const entry = await received(request);
    entries.push(entry);
    await (waiting.shift() ?? standing)(new Exchange(entry, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    entries,
    reply: (reply) => void (standing = reply),
    once: (reply) => void waiting.push(reply),
    take: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => close(server),
  };
}

async function received(request: IncomingMessage): Promise<UpstreamEntry> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer());
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: request.headers as Record<string, string>,
    body,
    json: parsed(body),
    status: null,
    end: "open",
  };
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
