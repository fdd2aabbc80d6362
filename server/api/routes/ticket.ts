/** `POST /api/quota/ticket` */
import { Ticket } from "../../../shared/access.ts";
import { instant } from "../../core/meter.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { route } from "../route.ts";

export const ticket = route({
  method: "POST",
  path: "/api/quota/ticket",
  tag: "Access",
  summary: "A ticket for one WebSocket, for browsers, which cannot send headers with it",
  description: 'Valid for 30 seconds and once. Send it as the first message: `{ "type": "auth", "ticket": "…" }`.',
  access: "any",
  answer: { status: 201, schema: Ticket },
  example: { answer: { ticket: "wst_5tq0Zb7Yx…", expires_at: "2026-11-21T10:00:30.000Z" } },
  problems: [],
  handle: ({ caller }, { tickets }) => {
    if (caller.kind === "ingest") {
      throw new ProblemError("not_allowed", "Cannot give a ticket to an ingest key: it reads no status");
    }
    const { ticket, expires_at_ms } = tickets.issue(caller);
    return { ticket, expires_at: instant(expires_at_ms) };
  },
});
