/** What comes in from the service, checked before anything believes it. */
import { Ping, Pong, QuotaUpdate, type ServerMessage, SocketError } from "../../shared/events.ts";

/** A status is about 2 kB; what is larger than this is not read. In characters. */
export const MAX_MESSAGE_SIZE = 256 * 1024;

/** By hand and not by the shared union, whose machinery is 3 % of the background's size budget. */
const SCHEMAS = new Map<unknown, { safeParse(value: unknown): { success: boolean; data?: ServerMessage } }>([
  ["quota_update", QuotaUpdate],
  ["ping", Ping],
  ["pong", Pong],
  ["error", SocketError],
]);

/**
 * One message of the WebSocket, or null when it is too large or none of ours: dropped, because the next whole status
 * makes up for it.
 */
export function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== "string" || data.length > MAX_MESSAGE_SIZE) return null;
  const value = parseJson(data) as { type?: unknown } | null | undefined;
  return SCHEMAS.get(value?.type)?.safeParse(value).data ?? null;
}

/** The value, or undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
