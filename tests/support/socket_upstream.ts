/** A provider's WebSocket that a test controls. It keeps its own ledger of the responses. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { eventually } from "./eventually.ts";

/** One socket, as the provider sees it. */
export interface Peer {
  path: string;
  headers: IncomingHttpHeaders;
  socket: WebSocket;
  /** The messages received, as text. */
  received: string[];
  /** Code and reason, once it is closed. */
  closed: { code: number; reason: string } | null;
  send(event: object): void;
}

/** One response: a row of the ledger. */
interface Answered {
  path: string;
  id: string;
  /** Whether the client requested it; otherwise the provider began it. */
  asked: boolean;
  total_tokens: number;
}

export interface SocketUpstream {
  /** For `QUOTA_UPSTREAM_URL`: ends in `/v1`. */
  url: string;
  peers: Peer[];
  /** The responses in the order in which they began. */
  ledger: Answered[];
  /** Sets the answer to every further `response.create`. */
  reply(reply: (peer: Peer, create: Record<string, unknown>) => void): void;
  /** Begins a response without a request, as the provider does when a speaker stops. */
  begin(peer: Peer): string;
  /** Ends a response, with the tokens of its ledger row. */
  finish(peer: Peer, id: string, over?: object): void;
  /** Waits for the n-th socket. */
  peer(at: number): Promise<Peer>;
  /** Answers every further handshake this way instead of opening the socket; `null` opens sockets again. */
  refuse(answer: ((socket: Duplex, request: IncomingMessage) => void) | null): void;
  /** Adds header lines to the answer of each handshake. */
  onHeaders(add: (lines: string[]) => void): void;
  close(): Promise<void>;
}

/** Starts it on a free loopback port. The n-th response costs 7 × n tokens. */
export async function startSocketUpstream(): Promise<SocketUpstream> {
  const peers: Peer[] = [];
  const ledger: Answered[] = [];
  const lines = new Set<Duplex>();
  let refusal: ((socket: Duplex, request: IncomingMessage) => void) | null = null;
  let reply = (peer: Peer, _create: Record<string, unknown>) => finish(peer, begin(peer, true));
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer((_request, response: ServerResponse) => response.writeHead(404).end());
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head) => {
    socket.on("error", () => {});
    lines.add(socket);
    if (refusal) return refusal(socket, request);
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const peer: Peer = {
        path: request.url!,
        headers: request.headers,
        socket: opened,
        received: [],
        closed: null,
        send: (event) => opened.send(JSON.stringify(event)),
      };
      peers.push(peer);
      opened.on("error", () => {});
      opened.on("close", (code, reason) => peer.closed = { code, reason: reason.toString() });
      opened.on("message", (data) => receive(peer, data.toString()));
    });
  });

  function receive(peer: Peer, text: string): void {
    peer.received.push(text);
    const event = parsed(text);
    if (event?.type === "response.create") reply(peer, event);
  }

  function begin(peer: Peer, asked = false): string {
    const id = `resp_${ledger.length + 1}`;
    ledger.push({ path: peer.path, id, asked, total_tokens: 7 * (ledger.length + 1) });
    peer.send({ type: "response.created", response: { id, status: "in_progress" } });
    return id;
  }

  function finish(peer: Peer, id: string, over: object = {}): void {
    const { total_tokens } = ledger.find((row) => row.id === id)!;
    const type = peer.path.includes("/responses") ? "response.completed" : "response.done";
    const usage = { input_tokens: total_tokens - 3, output_tokens: 3, total_tokens };
    peer.send({ type: "response.output_text.delta", response_id: id, delta: "Hello" });
    peer.send({ type, response: { id, status: "completed", usage, ...over } });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    peers,
    ledger,
    begin,
    finish,
    reply: (other) => void (reply = other),
    refuse: (answer) => void (refusal = answer),
    onHeaders: (add) => void sockets.on("headers", add),
    peer: (at) =>
      eventually(() => {
        if (!peers[at]) throw new Error(`Only ${peers.length} sockets are open`);
        return peers[at];
      }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of lines) socket.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
