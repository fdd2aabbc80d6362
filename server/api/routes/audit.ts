/** `GET /api/quota/audit` */
import { AuditTrail } from "../../../shared/access.ts";
import { instant } from "../../core/meter.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { route } from "../route.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

export const auditTrail = route({
  method: "GET",
  path: "/api/quota/audit",
  summary: "Who changed keys, limits and counters, newest first",
  description: "Kept for a year.",
  query: {
    limit: "Entries in the answer, at most 1,000; 100 by default.",
    cursor: "`next_cursor` of the page before.",
  },
  access: "admin",
  answer: { status: 200, schema: AuditTrail },
  problems: ["admin_disabled", "invalid_request"],
  handle: ({ query }, { audit }) => {
    const limit = Math.min(MAX_LIMIT, whole("limit", query("limit")) ?? DEFAULT_LIMIT);
    const rows = audit.auditTrail(limit, whole("cursor", query("cursor")));
    const data = rows.map(({ seq: _, at_ms, ...row }) => ({ at: instant(at_ms), ...row }));
    return { data, next_cursor: rows.length === limit ? String(rows[limit - 1].seq) : null };
  },
});

function whole(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new ProblemError(
    "invalid_request",
    `Cannot list with ${name}=${text.slice(0, 40)}: give a whole number from 1`,
  );
}
