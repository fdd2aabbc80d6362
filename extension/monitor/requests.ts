/** The requests of a monitor, whose failures are explained to the owner of the page. */
import { type PollResult, pollWith } from "../connection/rest.ts";
import { say } from "../../shared/words/say.ts";
import type { Target } from "../connection/target.ts";
import { describeForPage, noAnswer } from "./describe_for_page.ts";

const TICKET_TIMEOUT_MS = 10_000;

/** The answer of a ticket endpoint that is no ticket. */
class TicketError extends Error {
  override name = "TicketError";
}

/** Asks the service for the status with the page's read key, if it has one. Never throws. */
export function pollWithKey(target: Target, signal: AbortSignal, fetch_ = fetch): Promise<PollResult> {
  return pollWith(describeForPage, target, signal, fetch_);
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
    return {
      kind: "offline",
      sentence: say("Cannot open a WebSocket to {address}: {reason}", { address: server_url, reason: noAnswer() }),
    };
  } catch (error) {
    if (error instanceof TicketError) return { kind: "refused", sentence: error.message };
    return {
      kind: "offline",
      sentence: say("Cannot reach the ticket endpoint {address}: try again in a moment.", { address: endpoint }),
    };
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
    throw new TicketError(
      say("The ticket endpoint answered {http_status}: sign in to this page again.", {
        http_status: `${response.status}`,
      }),
    );
  }
  const { ticket } = await response.json().catch(() => ({})) ?? {};
  if (typeof ticket !== "string") {
    throw new TicketError(say("The ticket endpoint has to answer with {answer}.", { answer: '{ "ticket": "…" }' }));
  }
  return ticket;
}
