/**
 * Tickets for browsers, which cannot set headers on a WebSocket. A ticket opens one connection with the permissions of the
 * key that requested it.
 */
import type { Identity } from "./gate.ts";

/** How long a ticket is valid. */
export const TICKET_MS = 30_000;

/** Tickets that are valid at the same time; beyond that, the oldest are dropped. */
const MAX_TICKETS = 10_000;

export class Tickets {
  readonly #now: () => number;
  /** In the order in which they expire. */
  readonly #tickets = new Map<string, { identity: Identity; expires_at_ms: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(identity: Identity): { ticket: string; expires_at_ms: number } {
    this.#drop();
    const ticket = crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
    const expires_at_ms = this.#now() + TICKET_MS;
    this.#tickets.set(ticket, { identity, expires_at_ms });
    return { ticket, expires_at_ms };
  }

  /** Returns the identity that the ticket was issued to. It works once; an unknown, used or expired one gives `null`. */
  redeem(ticket: string): Identity | null {
    const found = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return found && found.expires_at_ms > this.#now() ? found.identity : null;
  }

  #drop(): void {
    const now = this.#now();
    for (const [ticket, { expires_at_ms }] of this.#tickets) {
      if (expires_at_ms > now && this.#tickets.size < MAX_TICKETS) break;
      this.#tickets.delete(ticket);
    }
  }
}
