/** Opens the WebSocket to the upstream for a relay. */
import { Agent, type IncomingHttpHeaders } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { WebSocket } from "ws";
import { upstreamHeaders } from "../forwarded_headers.ts";
import { createDial, type DialOptions } from "../upstream/create_dial.ts";

/** Subprotocol in which a page sends its key, because a page cannot set headers. */
const KEY_PROTOCOL = "openai-insecure-api-key.";

/** Largest message in each direction. The provider takes at most 15 MiB of sound in one message. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * Reads that may make up one message: ws takes them out of an array one by one, which takes quadratic time beyond. The largest
 * message fits in packets of 1,400 bytes.
 */
const MAX_MESSAGE_PARTS = 16 << 10;

/**
 * Options of both sides: messages are not recompressed, each side answers the other's pings itself, and each message has a
 * turn of the event loop, because thousands of small ones may arrive together.
 */
export const SOCKET_OPTIONS = {
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  autoPong: false,
  allowSynchronousEvents: false,
  maxBufferedChunks: MAX_MESSAGE_PARTS,
} as const;

/** Opens connections as for HTTP calls: through the same proxy, if there is one. */
export function upstreamAgent(upstream_url: string, options: DialOptions): Agent {
  const dial = createDial(upstream_url, options);
  const agent = upstream_url.startsWith("https:") ? new SecureAgent() : new Agent();
  agent.createConnection = (_options, done) =>
    void dial((socket) => done!(null, socket), (error) => done!(error, null!));
  return agent;
}

/** The caller's request, and how it is sent on. */
interface DialRequest {
  headers: IncomingHttpHeaders;
  /** Replaces the caller's own; `null` forwards that one. */
  key: string | null;
  /** The services that the request has passed. */
  via: string;
  agent: Agent;
}

/**
 * Opens a WebSocket with the headers and subprotocols that the caller asked for.
 *
 * @param url of the upstream's endpoint, `http:` or `https:`.
 * @throws {Error} for headers and subprotocols that cannot be sent.
 */
export function dial(url: string, { headers, key, via, agent }: DialRequest): WebSocket {
  const forwarded = upstreamHeaders(headers, key, via);
  for (const name in forwarded) if (name.startsWith("sec-websocket-")) delete forwarded[name];
  const protocols = protocolsIn(headers).filter((name) => key === null || !name.startsWith(KEY_PROTOCOL));
  return new WebSocket(url.replace(/^http/, "ws"), protocols, { ...SOCKET_OPTIONS, agent, headers: forwarded });
}

/** The subprotocols that a caller offers. */
function protocolsIn(headers: IncomingHttpHeaders): string[] {
  const names = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim()).filter(Boolean);
  return [...new Set(names)];
}
