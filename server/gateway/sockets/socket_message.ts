/** Finds the messages that begin or end a response, without parsing the others. */
import type { Buffer } from "node:buffer";
import {
  CREATE_FACTS,
  parsed,
  PROVIDER_EVENT_FACTS,
  skimmed,
  type SocketEvent,
} from "../../attempts/sockets/socket_events.ts";
import { LARGE_JSON_BYTES } from "../../core/json/skim.ts";

/** Most of the provider's messages are parts of a response, which tell nothing about its usage. */
const DELTA = /"type"\s*:\s*"[\w.]+\.delta"/;

/** The type stands before any long field. */
const HEAD_BYTES = 300;

type Found = SocketEvent | null;

/**
 * The event in a message of the provider; `null` for a part of a response, and for a message that is not an event. A large
 * message is read in slices, and only the facts in it.
 */
export function parseProviderEvent(message: Buffer): Found | Promise<Found> {
  if (DELTA.test(message.toString("latin1", 0, HEAD_BYTES))) return null;
  return message.length > LARGE_JSON_BYTES ? skimmed(message, PROVIDER_EVENT_FACTS) : parsed(message.toString());
}

/** The `response.create` event in a caller's message; `null` for any other message. A large one is read in slices. */
export function parseCreate(message: Buffer): Found | Promise<Found> {
  if (message.length > LARGE_JSON_BYTES) return skimmed(message, CREATE_FACTS).then(onlyCreate);
  // Most messages are sound and contain neither. JSON may write any letter as an escape.
  if (!message.includes("response.create") && !message.includes("\\u")) return null;
  return onlyCreate(parsed(message.toString()));
}

function onlyCreate(event: Found): Found {
  return event?.type === "response.create" ? event : null;
}
