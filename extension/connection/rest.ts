/** The requests of a connection: `GET /api/quota/status` and `POST /api/quota/ticket`. */
import * as z from "zod/mini";
import { StatusBody } from "../../shared/quota.ts";
import { MAX_MESSAGE_SIZE, parseJson } from "./parse.ts";
import { statusUrl, type Target } from "./target.ts";

/** How a poll ended. The sentence is shown to the user. */
export type PollResult =
  | { kind: "status"; status: StatusBody }
  | { kind: "refused" | "key_refused" | "unreachable"; sentence: string };

const RESPONSE_TIMEOUT_MS = 10_000;

/** The parts of a problem body that are shown. Any code is accepted, so that a newer service may have new ones. */
const Refusal = z.object({ code: z.string(), detail: z.string() });

const Ticket = z.object({ ticket: z.string() });

/** Codes that only a request with a missing or wrong key gets. */
const KEY_CODES = /^(key_\w+|too_many_tries)$/;

/** Statuses with which a proxy answers for a service that is down. */
const GATEWAY_ERRORS = [502, 503, 504];

/**
 * Asks the service once. Never throws.
 *
 * @param signal aborts the request.
 * @param fetch_ the browser's `fetch`; tests pass their own.
 */
export async function pollStatus(
  target: Target,
  signal: AbortSignal,
  fetch_: typeof fetch = fetch,
): Promise<PollResult> {
  try {
    const response = await request(statusUrl(target), "GET", target, signal, fetch_);
    return interpret(target, response.status, parseJson(await readBounded(response)));
  } catch {
    const sentence = `Cannot reach ${target.server_url}: start the service, or check its address in the options.`;
    return { kind: "unreachable", sentence };
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

/** A redirect is an error, so that the key reaches no other server. */
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
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(RESPONSE_TIMEOUT_MS)]),
  });
}

function interpret({ server_url, workspace_id, key }: Target, http_status: number, body: unknown): PollResult {
  const status = http_status === 200 ? StatusBody.safeParse(body) : null;
  if (status?.success && status.data.workspace_id === workspace_id) return { kind: "status", status: status.data };
  const refusal = Refusal.safeParse(body);
  if (refusal.success && KEY_CODES.test(refusal.data.code)) return { kind: "key_refused", sentence: keyRefused(key) };
  if (refusal.success) return { kind: "refused", sentence: refusal.data.detail };
  if (GATEWAY_ERRORS.includes(http_status)) {
    return { kind: "unreachable", sentence: `${server_url} answered ${http_status}: the service behind it is down.` };
  }
  const sentence = `${server_url} answered ${http_status}, but not as Quota Gauge: check the address in the options.`;
  return { kind: "refused", sentence };
}

function keyRefused(key: Target["key"]): string {
  return key
    ? "The key was refused: pair this browser again in the options."
    : "The service needs a key: pair this browser in the options.";
}

/**
 * Reads a body as text.
 *
 * @throws {RangeError} when it is larger than any status.
 */
export async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_MESSAGE_SIZE) throw new RangeError(`Cannot read a body over ${MAX_MESSAGE_SIZE} characters`);
  }
  return text + decoder.decode();
}
