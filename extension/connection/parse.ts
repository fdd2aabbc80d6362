/** Checks everything that the service sends. */
import { Ping, Pong, QuotaUpdate, type ServerMessage, SocketError } from "../../shared/events.ts";
import { type Fault, isNewer, readStatus } from "./answer.ts";

/** Largest message that is read, in characters. A status is about 2 kB. */
export const MAX_MESSAGE_SIZE = 256 * 1024;

/** A map, not a discriminated union, whose code is 3 % of the background's size budget. */
const SCHEMAS = new Map<unknown, { safeParse(value: unknown): { data?: ServerMessage } }>([
  ["quota_update", QuotaUpdate],
  ["ping", Ping],
  ["pong", Pong],
  ["error", SocketError],
]);

/**
 * One message of the WebSocket. A message of another type is null: it may be one that a newer service has added, and
 * confirms nothing.
 *
 * @returns the fault of a message that cannot be read.
 */
export function parseMessage(data: unknown): ServerMessage | Fault | null {
  if (typeof data !== "string" || data.length > MAX_MESSAGE_SIZE) return "extension_outdated";
  const value = parseJson(data);
  if (value === undefined || isNewer(value)) return "extension_outdated";
  const { type, data: body } = Object(value) as { type?: unknown; data?: unknown };
  if (typeof type !== "string") return "extension_outdated";
  const schema = SCHEMAS.get(type);
  if (!schema) return null;
  const message = schema.safeParse(value).data;
  if (message) return message;
  const read = readStatus(body);
  return "fault" in read ? read.fault : "extension_outdated";
}

/** The value, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
