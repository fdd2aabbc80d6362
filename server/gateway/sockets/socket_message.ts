/** Finds the messages that begin or end a response, without parsing the others. */
import type { Buffer } from "node:buffer";
import { parsed, type SocketEvent } from "../../attempts/sockets/socket_events.ts";

/** Most of the provider's messages are parts of a response, which tell nothing about its usage. */
const DELTA = /"type"\s*:\s*"[\w.]+\.delta"/;

/** The type stands before any long field. */
const HEAD_BYTES = 300;

/** The event in a message of the provider; `null` for a part of a response, and for a message that is not an event. */
export function parseProviderEvent(message: Buffer): SocketEvent | null {
  return DELTA.test(message.toString("latin1", 0, HEAD_BYTES)) ? null : parsed(message.toString());
}

/** The `response.create` event in a caller's message; `null` for any other message. */
export function parseCreate(message: Buffer): SocketEvent | null {
  // Most messages are sound and contain neither. JSON may write any letter as an escape.
  if (!message.includes("response.create") && !message.includes("\\u")) return null;
  const event = parsed(message.toString());
  return event?.type === "response.create" ? event : null;
}
