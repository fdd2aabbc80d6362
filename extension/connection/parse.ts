/** Checks everything that the service sends. */
import { Ping, Pong, QuotaUpdate, type ServerMessage, SocketError } from "../../shared/events.ts";

/** Largest message that is read, in characters. A status is about 2 kB. */
export const MAX_MESSAGE_SIZE = 256 * 1024;

/** A map, not the shared discriminated union, whose code is 3 % of the background's size budget. */
const SCHEMAS = new Map<unknown, { safeParse(value: unknown): { success: boolean; data?: ServerMessage } }>([
  ["quota_update", QuotaUpdate],
  ["ping", Ping],
  ["pong", Pong],
  ["error", SocketError],
]);

/**
 * One message of the WebSocket, or null when it is too large or invalid. It may be dropped, because the next message
 * holds the whole status.
 */
export function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== "string" || data.length > MAX_MESSAGE_SIZE) return null;
  const value = parseJson(data) as { type?: unknown } | null | undefined;
  return SCHEMAS.get(value?.type)?.safeParse(value).data ?? null;
}

/** The value, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
