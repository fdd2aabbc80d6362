import { assert, assertEquals } from "../../tests/support/assert.ts";
import type { Identity } from "./gate.ts";
import { TICKET_MS, Tickets } from "./tickets.ts";

const identity: Identity = { kind: "read", actor: "a", workspace_id: "acme", key: null };

Deno.test("a ticket works once", () => {
  const tickets = new Tickets(() => 0);
  const { ticket, expires_at_ms } = tickets.issue(identity);
  assertEquals(expires_at_ms, TICKET_MS);
  assertEquals(tickets.redeem(ticket), identity);
  assertEquals(tickets.redeem(ticket), null);
  assertEquals(tickets.redeem("unknown"), null);
});

Deno.test("a ticket expires after 30 seconds", () => {
  let now = 0;
  const tickets = new Tickets(() => now);
  const [first, second] = [tickets.issue(identity), tickets.issue(identity)];
  now = TICKET_MS - 1;
  assertEquals(tickets.redeem(first.ticket), identity);
  now = TICKET_MS;
  assertEquals(tickets.redeem(second.ticket), null);
});

Deno.test("the number of unused tickets is bounded", () => {
  const tickets = new Tickets(() => 0);
  const first = tickets.issue(identity);
  for (let i = 0; i < 10_000; i++) tickets.issue(identity);
  assertEquals(tickets.redeem(first.ticket), null);
  assert(tickets.redeem(tickets.issue(identity).ticket));
});
