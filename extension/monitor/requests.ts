/** The requests of a monitor, whose failures are explained to the owner of the page. */
import type { PollResult } from "../connection/rest.ts";
import { say } from "../../shared/words/say.ts";
import type { Target } from "../connection/target.ts";
import { reasonOf } from "./describe_for_page.ts";

const TICKET_TIMEOUT_MS = 10_000;

/** The answer of a ticket endpoint that is no ticket. */
class TicketError extends Error {
  /** @param sentence in the language in use when it is called. */
  constructor(readonly sentence: () => string) {
    super(sentence());
  }
}

/**
 * Explains why there is no WebSocket: without a key, a page cannot poll. Never throws.
 *
 * @param endpoint address of the ticket endpoint.
 * @param useLanguage called before a sentence is said.
 */
export async function explainNoSocket(
  { server_url }: Target,
  endpoint: string,
  signal: AbortSignal,
  useLanguage: () => void,
  fetch_ = fetch,
): Promise<PollResult> {
  const ticket = await fetchTicket(endpoint, signal, fetch_).catch((error: Error) => error);
  useLanguage();
  if (ticket instanceof TicketError) return { kind: "refused", sentence: ticket.sentence() };
  return {
    kind: "offline",
    sentence: ticket instanceof Error
      ? say("Cannot reach the ticket endpoint {address}: try again in a moment.", { address: endpoint })
      : say("Cannot open a WebSocket to {address}: {reason}", { address: server_url, reason: reasonOf("no_answer") }),
  };
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
    const http_status = `${response.status}`;
    throw new TicketError(() =>
      say("The ticket endpoint answered {http_status}: sign in to this page again.", { http_status })
    );
  }
  const { ticket } = await response.json().catch(() => ({})) ?? {};
  if (typeof ticket !== "string") {
    throw new TicketError(() =>
      say("The ticket endpoint has to answer with {answer}.", { answer: '{ "ticket": "…" }' })
    );
  }
  return ticket;
}
