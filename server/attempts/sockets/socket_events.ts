/** The events of a Realtime or Responses socket, as far as they matter for counting. */
import type { Refusal } from "../recorder.ts";
import { refusalParts } from "../refusal_response.ts";

export type SocketEvent = Record<string, unknown> & { type?: unknown };

/** The status of a handshake that ends in a socket. */
export const SWITCHING_PROTOCOLS = 101;

/** Events that end a response. */
export const RESPONSE_END_EVENTS = new Set([
  "response.done",
  "response.completed",
  "response.incomplete",
  "response.failed",
]);

/** Tells what the transcription of a speaker took, which is billed beside the responses. */
export const TRANSCRIPTION_COMPLETED = "conversation.item.input_audio_transcription.completed";

/** The fields of an object; none of anything else. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

/** A name that is one; `null` for anything else. */
export function nonEmptyName(value: unknown): string | null {
  return typeof value === "string" && value ? value.slice(0, 200) : null;
}

/** An event as it travels; `null` for what is none. */
export function parsed(data: unknown): SocketEvent | null {
  try {
    return typeof data === "string" ? fields(JSON.parse(data)) : null;
  } catch {
    return null;
  }
}

/** The limits that `rate_limits.updated` tells, as the headers that a response would have. */
export function limitHeadersOfEvent(limits: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, limit, remaining, reset_seconds } of Array.isArray(limits) ? limits.map(fields) : []) {
    if (name !== "requests" && name !== "tokens") continue;
    headers[`x-ratelimit-limit-${name}`] = String(limit);
    headers[`x-ratelimit-remaining-${name}`] = String(remaining);
    headers[`x-ratelimit-reset-${name}`] = `${reset_seconds}s`;
  }
  return headers;
}

/** The models that a session is set to. */
export function sessionModels(session: unknown): { model: string | null; transcription: string | null } {
  const { model, audio, input_audio_transcription } = fields(session);
  const input = fields(fields(audio).input);
  const transcription = fields(input.transcription ?? input_audio_transcription);
  return { model: nonEmptyName(model), transcription: nonEmptyName(transcription.model) };
}

/** A refusal as an error event of the provider's. */
export function refusalEvent(refusal: Refusal, event_id: unknown): SocketEvent {
  const { status, body } = refusalParts(refusal);
  return { type: "error", status, error: { ...fields(parsed(body)?.error), event_id: event_id ?? null } };
}
