/** Opens the WebSocket to the upstream for a relay. */
import { Agent, type IncomingHttpHeaders } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { WebSocket } from "ws";
import { upstreamHeaders } from "../forwarded_headers.ts";

/** Subprotocol in which a page sends its key, because a page cannot set headers. */
const KEY_PROTOCOL = "openai-insecure-api-key.";

/** Largest message in each direction. The provider takes at most 15 MiB of sound in one message. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Options of both sides: messages are not recompressed, and each side answers the other's pings itself. */
export const SOCKET_OPTIONS = { perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES, autoPong: false } as const;

/** With an agent of its own, Deno trusts the certificates in `NODE_EXTRA_CA_CERTS`, as for HTTP. */
const AGENTS = { plain: new Agent(), secure: new SecureAgent() };

/**
 * Opens a WebSocket with the headers and subprotocols that the caller asked for.
 *
 * @param url of the upstream's endpoint, `http:` or `https:`.
 * @param key replaces the caller's own, if there is one.
 * @throws {Error} for headers and subprotocols that cannot be sent.
 */
export function dial(url: string, headers: IncomingHttpHeaders, key: string | null): WebSocket {
  const forwarded = upstreamHeaders(headers, key);
  for (const name in forwarded) if (name.startsWith("sec-websocket-")) delete forwarded[name];
  const protocols = protocolsIn(headers).filter((name) => key === null || !name.startsWith(KEY_PROTOCOL));
  const agent = url.startsWith("https:") ? AGENTS.secure : AGENTS.plain;
  return new WebSocket(url.replace(/^http/, "ws"), protocols, { ...SOCKET_OPTIONS, agent, headers: forwarded });
}

/** The subprotocols that a caller offers. */
function protocolsIn(headers: IncomingHttpHeaders): string[] {
  const names = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim()).filter(Boolean);
  return [...new Set(names)];
}
