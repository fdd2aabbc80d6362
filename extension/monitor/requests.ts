/** The requests of a monitor, whose failures are explained to the owner of the page. */
import { type PollResult, pollStatus } from "../connection/rest.ts";
import type { Target } from "../connection/target.ts";
import { CAUSES, describeForPage } from "./describe_for_page.ts";

const TICKET_TIMEOUT_MS = 10_000;

/** The answer of a ticket endpoint that is no ticket. */
class TicketError extends Error {
  override name = "TicketError";
}

/** Asks the service for the status with the page's read key, if it has one. Never throws. */
export function pollWithKey(target: Target, signal: AbortSignal, fetch_ = fetch): Promise<PollResult> {
  return pollStatus(target, signal, fetch_, describeForPage);
}

/**
 * Explains why there is no WebSocket: without a key, a page cannot poll. Never throws.
 *
 * @param endpoint address of the ticket endpoint.
 */
export async function explainNoSocket(
  { server_url }: Target,
  endpoint: string,
  signal: AbortSignal,
  fetch_ = fetch,
): Promise<PollResult> {
  try {
    await fetchTicket(endpoint, signal, fetch_);
    return { kind: "offline", sentence: `Cannot open a WebSocket to ${server_url}: ${CAUSES}` };
  } catch (error) {
    if (error instanceof TicketError) return { kind: "refused", sentence: error.message };
    return { kind: "offline", sentence: `Cannot reach the ticket endpoint ${endpoint}: try again in a moment.` };
  }
}

/**
 * Gets a ticket from the page's own back end, which knows its users by their cookies.
 *
 * @throws {TicketError} when the answer is none.
 */
export async function fetchTicket(endpoint: string, signal: AbortSignal, fetch_ = fetch): Promise<string> {
  const response = await fetch_(endpoint, {
    method: "POST",
    cache: "no-store",
    credentials: "same-origin",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TICKET_TIMEOUT_MS)]),
  });
  if (!response.ok) {
    throw new TicketError(`The ticket endpoint answered ${response.status}: sign in to this page again.`);
  }
  const { ticket } = await response.json().catch(() => ({})) ?? {};
  if (typeof ticket !== "string") throw new TicketError('The ticket endpoint has to answer with { "ticket": "…" }.');
  return ticket;
}
