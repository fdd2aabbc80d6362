/** The requests of a connection: `GET /api/quota/status` and `POST /api/quota/ticket`. */
import * as z from "zod/mini";
import type { StatusBody } from "../../shared/quota.ts";
import { type Answer, faultOfError, readAnswer } from "./answer.ts";
import { failureOf } from "./describe_fault.ts";
import type { Describe, Failure } from "./failure.ts";
import { MAX_MESSAGE_SIZE, parseJson } from "./parse.ts";
import { statusUrl, type Target } from "./target.ts";

/** How a poll ended. */
export type PollResult = { kind: "status"; status: StatusBody } | Failure;

const RESPONSE_TIMEOUT_MS = 10_000;

const Ticket = z.object({ ticket: z.string() });

/**
 * Asks the service once. Never throws.
 *
 * @param signal aborts the request.
 * @param fetch_ the browser's `fetch`; tests pass their own.
 */
export function pollStatus(target: Target, signal: AbortSignal, fetch_: typeof fetch = fetch): Promise<PollResult> {
  return pollWith(failureOf, target, signal, fetch_);
}

/**
 * As {@link pollStatus}, in other words.
 *
 * @param describe for a reader who may have no extension.
 */
export async function pollWith(
  describe: Describe,
  target: Target,
  signal: AbortSignal,
  fetch_: typeof fetch,
): Promise<PollResult> {
  try {
    const answer = await answerOf(await request(statusUrl(target), "GET", target, signal, fetch_));
    const read = readAnswer(target, answer);
    if ("status" in read) return { kind: "status", status: read.status };
    return describe(read.fault, { target, http_status: answer.http_status, detail: read.detail });
  } catch (error) {
    return describe(faultOfError(target, error, navigator.onLine !== false), { target });
  }
}

/**
 * Gets a ticket for one WebSocket.
 *
 * @throws where the service gives none; a poll then tells the reason.
 */
export async function requestTicket(
  target: Target,
  signal: AbortSignal,
  fetch_: typeof fetch = fetch,
): Promise<string> {
  const response = await request(`${target.server_url}/api/quota/ticket`, "POST", target, signal, fetch_);
  return Ticket.parse(parseJson(await readBounded(response))).ticket;
}

/** A redirect is not followed, so that the key reaches no other server. */
export function request(
  url: string,
  method: "GET" | "POST",
  { key }: Target,
  signal: AbortSignal,
  fetch_: typeof fetch,
): Promise<Response> {
  return fetch_(url, {
    method,
    headers: key ? { authorization: `Bearer ${key}` } : {},
    cache: "no-store",
    credentials: "omit",
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)]),
  });
}

/** The parts of a response that decide. A browser hides the status of a redirect that it does not follow. */
export async function answerOf(response: Response): Promise<Answer> {
  const { status: http_status, type } = response;
  const redirected = type === "opaqueredirect" || (http_status >= 300 && http_status < 400);
  return { http_status, redirected, body: parseJson(await readBounded(response)) };
}

/** A body as text; empty when it is larger than any status. */
export async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_MESSAGE_SIZE) return "";
  }
  return text + decoder.decode();
}
