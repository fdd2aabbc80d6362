/** Opens the SDK's socket classes and the tracked ones alike, to an upstream without TLS. */
import { connect } from "node:net";
import type OpenAI from "openai";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { ResponsesWS } from "openai/resources/responses/ws";
import { QuotaTrackedRealtimeWebSocket } from "../../server/client/sockets/realtime_websocket.ts";
import { QuotaTrackedRealtimeWS } from "../../server/client/sockets/realtime_ws.ts";
import { QuotaTrackedResponsesWS } from "../../server/client/sockets/responses_ws.ts";

/** The common part of all socket classes. */
export interface SdkSocket {
  send(event: { type: string; [field: string]: unknown }): void;
  close(props?: { code: number; reason: string }): void;
  on(name: string, listener: (event: SocketEvent) => void): unknown;
  socket: {
    addEventListener?(name: string, listener: () => void): void;
    on?(name: string, listener: () => void): void;
  };
}

interface SocketEvent {
  type?: string;
  error?: { code?: string | null; error?: { code?: string | null } };
  response?: { id: string };
}

/** One class of the SDK: `tracked` opens our subclass, `own` opens the SDK's class, for the gateway. */
export interface SocketKind {
  name: string;
  endpoint: "realtime" | "responses";
  tracked(client: OpenAI): SdkSocket;
  own(client: OpenAI): SdkSocket;
}

const MODEL = { model: "gpt-realtime" };

/** The SDK's Realtime classes require `wss:`; this replaces TLS by a plain connection. */
const PLAIN = { options: { createConnection: plain as never } };

function plain({ host, port }: { host: string; port: number }) {
  return connect(port, host);
}

export const SOCKET_KINDS: SocketKind[] = [
  {
    name: "Realtime over the runtime's WebSocket",
    endpoint: "realtime",
    tracked: (client) => withoutTls(() => as(new QuotaTrackedRealtimeWebSocket(MODEL, client))),
    own: (client) => withoutTls(() => as(new OpenAIRealtimeWebSocket(MODEL, client))),
  },
  {
    name: "Realtime over ws",
    endpoint: "realtime",
    tracked: (client) => as(new QuotaTrackedRealtimeWS({ ...MODEL, ...PLAIN }, client)),
    own: (client) => as(new OpenAIRealtimeWS({ ...MODEL, ...PLAIN }, client)),
  },
  {
    name: "Responses over ws",
    endpoint: "responses",
    tracked: (client) => as(new QuotaTrackedResponsesWS(client)),
    own: (client) => as(new ResponsesWS(client)),
  },
];

/** The event that requests a response. */
export function create(kind: Pick<SocketKind, "endpoint">): { type: string } {
  return kind.endpoint === "realtime"
    ? { type: "response.create" }
    : { type: "response.create", ...{ model: "gpt-5.4", input: "Hello" } };
}

/** A socket and the events that it emitted. */
export class SocketUser {
  readonly events: string[] = [];
  readonly errors: (string | null | undefined)[] = [];
  closed = false;
  readonly opened: Promise<void>;

  constructor(readonly socket: SdkSocket) {
    socket.on("event", ({ type }) => this.events.push(type!));
    // The Responses classes pass the whole event.
    socket.on("error", ({ error }) => this.errors.push((error?.error ?? error)?.code));
    const on = (socket.socket.addEventListener ?? socket.socket.on)!.bind(socket.socket);
    this.opened = new Promise((resolve) => on("open", resolve));
    on("close", () => this.closed = true);
  }

  /** How many responses have ended. */
  get ends(): number {
    return this.events.filter((type) => type === "response.done" || type === "response.completed").length;
  }
}

/** Replaces `wss:` by `ws:` in the runtime's WebSocket while `open` runs. */
export function withoutTls<T>(open: () => T): T {
  const Native = globalThis.WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(String(url).replace(/^wss:/, "ws:"), protocols);
    }
  };
  try {
    return open();
  } finally {
    globalThis.WebSocket = Native;
  }
}

/** The types of the classes differ only in the names of events. */
function as(socket: object): SdkSocket {
  return socket as SdkSocket;
}
