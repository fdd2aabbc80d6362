/** Reads the events of Realtime and Responses sockets that matter for counting. */
import { JsonSkim, type Wanted, whole } from "../../core/json/skim.ts";
import { ANSWER_FACTS } from "../answer/answer_facts.ts";
import { fieldsOf, parseJson, shortText } from "../json.ts";
import { nextTurn } from "../next_turn.ts";
import type { Refusal } from "../recorder.ts";
import { refusalParts } from "../refusal_response.ts";
import { REQUEST_FACTS } from "../request/request_facts.ts";

export type SocketEvent = Record<string, unknown> & { type?: unknown };

/** The status of a successful handshake. */
export const SWITCHING_PROTOCOLS = 101;

/** Events that end a response. */
export const RESPONSE_END_EVENTS: ReadonlySet<unknown> = new Set([
  "response.done",
  "response.completed",
  "response.incomplete",
  "response.failed",
]);

/** Reports the usage of a transcription, which is billed separately from responses. */
export const TRANSCRIPTION_COMPLETED = "conversation.item.input_audio_transcription.completed";

/** Parses a message; `null` if it is not an event. */
export function parsed(data: unknown): SocketEvent | null {
  const value = typeof data === "string" ? parseJson(data) : undefined;
  return value === undefined ? null : fieldsOf(value);
}

const EVENT: Wanted = new Map<string, true | Wanted>([
  ...ANSWER_FACTS,
  ...whole("event_id", "client_event_id", "rate_limits"),
  ["response", new Map([...ANSWER_FACTS.get("response") as Wanted, ["status_details", true]])],
  ["session", whole("model", "audio", "input_audio_transcription")],
]);

/** The members of a provider's event that are read. */
export const PROVIDER_EVENT_FACTS: Wanted = new Map<string, true | Wanted>([...EVENT, ["event", EVENT]]);

/** The members of a caller's `response.create` that are read. */
export const CREATE_FACTS: Wanted = new Map<string, true | Wanted>([
  ...REQUEST_FACTS,
  ...whole("type", "event_id"),
  ["response", REQUEST_FACTS],
]);

/** Bytes read before the event loop gets a turn: a hostile text takes some milliseconds. */
const SLICE_BYTES = 128 << 10;

/** Reads a message that is too large to parse, in slices that do not delay calls; `null` if it is not an event. */
export async function skimmed(message: Uint8Array, facts: Wanted): Promise<SocketEvent | null> {
  const skim = new JsonSkim(facts);
  for (let at = 0; at < message.length; at += SLICE_BYTES) {
    skim.push(message.subarray(at, at + SLICE_BYTES));
    if (skim.isMalformed) return null;
    await nextTurn();
  }
  const value = skim.end();
  return value === undefined ? null : fieldsOf(value);
}

/** The limits in `rate_limits.updated`, as the headers of an HTTP response. */
export function limitHeadersOfEvent(limits: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, limit, remaining, reset_seconds } of Array.isArray(limits) ? limits.map(fieldsOf) : []) {
    if (name !== "requests" && name !== "tokens") continue;
    headers[`x-ratelimit-limit-${name}`] = String(limit);
    headers[`x-ratelimit-remaining-${name}`] = String(remaining);
    headers[`x-ratelimit-reset-${name}`] = `${reset_seconds}s`;
  }
  return headers;
}

/** The models that a session is configured with. */
export function sessionModels(session: unknown): { model: string | null; transcription: string | null } {
  const { model, audio, input_audio_transcription } = fieldsOf(session);
  const input = fieldsOf(fieldsOf(audio).input);
  const transcription = fieldsOf(input.transcription ?? input_audio_transcription);
  return { model: shortText(model), transcription: shortText(transcription.model) };
}

/** A refusal in the format of the provider's error event. */
export function refusalEvent(refusal: Refusal, event_id: unknown): SocketEvent {
  const { status, body } = refusalParts(refusal);
  return { type: "error", status, error: { ...fieldsOf(parsed(body)?.error), event_id: event_id ?? null } };
}
