/** Which messages are looked at on their way. */
import type { Buffer } from "node:buffer";
import { parsed, type SocketEvent } from "../../attempts/sockets/socket_events.ts";

/** By far the most of what a provider sends are pieces of an answer, which say nothing of its use. */
const PIECE = /"type"\s*:\s*"[\w.]+\.delta"/;

/** A type stands in front of whatever is long. */
const HEAD_BYTES = 300;

/** The event in a message of the provider's; `null` for a piece of an answer, and for what is no event. */
export function eventFrom(message: Buffer): SocketEvent | null {
  return PIECE.test(message.toString("latin1", 0, HEAD_BYTES)) ? null : parsed(message.toString());
}

/** The `response.create` in a caller's message; `null` for any other. */
export function createIn(message: Buffer): SocketEvent | null {
  // Sound, of which there is most, has neither; JSON could spell any letter as an escape.
  if (!message.includes("response.create") && !message.includes("\\u")) return null;
  const event = parsed(message.toString());
  return event?.type === "response.create" ? event : null;
}
