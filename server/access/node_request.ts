/** Requests of Node's server at the gate. */
import type { IncomingMessage } from "node:http";
import type { AccessControl, AccessRequest, Admitted, Refused } from "./access_control.ts";

/** Decides on a request of Node's server. */
export function admitRequest(
  control: AccessControl,
  request: IncomingMessage,
  asked: Pick<AccessRequest, "access" | "workspace_id" | "is_gateway" | "is_preliminary">,
): Admitted | Refused {
  const remote = request.socket.remoteAddress ?? "";
  return control.admit({ ...asked, remote, header: (name) => headerOf(request, name) });
}

/** Subprotocol in which programs without headers for WebSockets send their API key. */
const KEY_PROTOCOL = "openai-insecure-api-key.";

/** The key in a WebSocket's subprotocols, or `undefined`. */
export function protocolKey({ headers }: IncomingMessage): string | undefined {
  const names = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return names.find((name) => name.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  if (value === undefined && name === "authorization") return protocolKey(request);
  return Array.isArray(value) ? value.join(", ") : value;
}
