/** `GET /api/quota/audit` */
import { AuditTrail } from "../../../shared/access.ts";
import { instant } from "../../core/meter.ts";
import { PAGE_QUERY, pageOf } from "../page.ts";
import { route } from "../route.ts";

export const auditTrail = route({
  method: "GET",
  path: "/api/quota/audit",
  tag: "Access",
  summary: "Who changed keys, limits and counters, newest first",
  description: "Kept for a year.",
  query: PAGE_QUERY,
  access: "admin",
  answer: { status: 200, schema: AuditTrail },
  example: {
    answer: {
      data: [{
        at: "2026-11-21T10:00:00.000Z",
        actor: "key 9mfw2t7a",
        address: "10.0.0.5",
        action: "quota_reset",
        target: "acme",
        detail: { scope: "minute" },
      }],
      next_cursor: "4710",
    },
  },
  problems: ["admin_disabled", "invalid_request"],
  handle: ({ query }, { audit }) => {
    const { limit, cursor } = pageOf(query);
    // One more than asked for tells whether there is a next page.
    const rows = audit.auditTrail(limit + 1, cursor);
    const page = rows.slice(0, limit);
    const data = page.map(({ seq: _, at_ms, ...row }) => ({ at: instant(at_ms), ...row }));
    return { data, next_cursor: rows.length > limit ? String(page[limit - 1].seq) : null };
  },
});
