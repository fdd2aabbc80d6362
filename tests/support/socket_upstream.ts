/** A provider's WebSocket under a test's control, which keeps its own ledger of what it was asked over it. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { eventually } from "./eventually.ts";

/** One socket as the provider sees it. */
export interface Peer {
  path: string;
  headers: IncomingHttpHeaders;
  socket: WebSocket;
  /** All that came, as text, in order. */
  heard: string[];
  /** Code and reason, once it is closed. */
  closed: { code: number; reason: string } | null;
  say(event: object): void;
}

/** One response: the ledger's row. */
export interface Answered {
  path: string;
  id: string;
  /** Who began it. */
  asked: boolean;
  total_tokens: number;
}

export interface SocketUpstream {
  /** For `OPENAI_BASE_URL`: ends in `/v1`. */
  url: string;
  peers: Peer[];
  /** Responses that were begun, in order. */
  ledger: Answered[];
  /** What a `response.create` is answered with from now on. */
  reply(reply: (peer: Peer, create: Record<string, unknown>) => void): void;
  /** Begins a response, as for a speaker who has ended. */
  begin(peer: Peer): string;
  /** Ends a response, with the tokens that its ledger says. */
  finish(peer: Peer, id: string, over?: object): void;
  /** The n-th socket, once it is there. */
  peer(at: number): Promise<Peer>;
  /** Answers handshakes so from now on, instead of switching. */
  refuse(answer: (socket: Duplex, request: IncomingMessage) => void): void;
  /** Adds lines to the head of each handshake. */
  onHeaders(add: (lines: string[]) => void): void;
  close(): Promise<void>;
}

/** Starts it on a free loopback port. Each response costs seven tokens and as many again as there were before it. */
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
        heard: [],
        closed: null,
        say: (event) => opened.send(JSON.stringify(event)),
      };
      peers.push(peer);
      opened.on("error", () => {});
      opened.on("close", (code, reason) => peer.closed = { code, reason: reason.toString() });
      opened.on("message", (data) => hear(peer, data.toString()));
    });
  });

  function hear(peer: Peer, text: string): void {
    peer.heard.push(text);
    const event = parsed(text);
    if (event?.type === "response.create") reply(peer, event);
  }

  function begin(peer: Peer, asked = false): string {
    const id = `resp_${ledger.length + 1}`;
    ledger.push({ path: peer.path, id, asked, total_tokens: 7 * (ledger.length + 1) });
    peer.say({ type: "response.created", response: { id, status: "in_progress" } });
    return id;
  }

  function finish(peer: Peer, id: string, over: object = {}): void {
    const { total_tokens } = ledger.find((row) => row.id === id)!;
    const type = peer.path.includes("/responses") ? "response.completed" : "response.done";
    const usage = { input_tokens: total_tokens - 3, output_tokens: 3, total_tokens };
    peer.say({ type: "response.output_text.delta", response_id: id, delta: "Hello" });
    peer.say({ type, response: { id, status: "completed", usage, ...over } });
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
        if (!peers[at]) throw new Error(`There are ${peers.length} sockets`);
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
