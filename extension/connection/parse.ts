/** What comes in from the service, checked before anything believes it. */
import { ServerMessage } from "../../shared/events.ts";

/** A status is about 2 kB; what is larger than this is not read. In UTF-16 units for text, bytes on the wire. */
export const MAX_MESSAGE_SIZE = 256 * 1024;

/**
 * One message of the WebSocket, or null when it is too large or none of ours: dropped, because the next whole status
 * makes up for it.
 */
export function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== "string" || data.length > MAX_MESSAGE_SIZE) return null;
  const parsed = ServerMessage.safeParse(parseJson(data));
  return parsed.success ? parsed.data : null;
}

/** The value, or undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
