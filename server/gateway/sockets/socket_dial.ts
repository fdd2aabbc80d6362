/** The upstream's end of a relayed WebSocket. */
import { Agent, type IncomingHttpHeaders } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { WebSocket } from "ws";
import { upstreamHeaders } from "../forwarded_headers.ts";

/** The subprotocol by which a page, which can set no header, shows its key. */
const KEY_PROTOCOL = "openai-insecure-api-key.";

/** Largest message either way. The provider takes pieces of sound of 15 MiB at most; what it says is far smaller. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;

/** How both ends are opened: pings and pongs are the two sides' own, and what they send is passed as it is. */
export const PLAIN = { perMessageDeflate: false, maxPayload: MOST_MESSAGE_BYTES, autoPong: false } as const;

/** With one of its own, Deno believes the authorities that a team adds (`NODE_EXTRA_CA_CERTS`), as for other calls. */
const AGENTS = { plain: new Agent(), secure: new SecureAgent() };

/**
 * Opens a socket to the upstream as a caller asked for his: with our key in place of his when we have one.
 *
 * @param url of the upstream's endpoint, `http:` or `https:`.
 * @throws {Error} for headers and subprotocols that cannot be sent.
 */
export function dial(url: string, headers: IncomingHttpHeaders, key: string | null): WebSocket {
  const sent = upstreamHeaders(headers, key);
  for (const name in sent) if (name.startsWith("sec-websocket-")) delete sent[name];
  const protocols = protocolsIn(headers).filter((name) => key === null || !name.startsWith(KEY_PROTOCOL));
  const agent = url.startsWith("https:") ? AGENTS.secure : AGENTS.plain;
  return new WebSocket(url.replace(/^http/, "ws"), protocols, { ...PLAIN, agent, headers: sent });
}

/** The subprotocols that a caller offers. */
function protocolsIn(headers: IncomingHttpHeaders): string[] {
  const names = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim()).filter(Boolean);
  return [...new Set(names)];
}
