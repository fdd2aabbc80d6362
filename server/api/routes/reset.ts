/** `POST /api/quota/reset` */
import { ResetRequest } from "../../../shared/api.ts";
import { ObservedStatusBody } from "../../../shared/budgets/observed_status.ts";
import { entry } from "../../access/store.ts";
import { STATUS_EXAMPLE } from "../status_example.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

export const reset = route({
  method: "POST",
  path: "/api/quota/reset",
  tag: "Limits",
  summary: "Reset a workspace's counters or its latched status",
  description: "Keeps the ledger and the calls in flight. The reset is logged. The answer is the status after it.",
  access: "admin",
  takes_reset_key: true,
  body: ResetRequest,
  answer: { status: 200, schema: ObservedStatusBody },
  example: { body: { workspace_id: "acme", scope: "minute" }, answer: STATUS_EXAMPLE },
  problems: ["admin_disabled", "admin_key_wrong"],
  handle: ({ body, caller }, { tracker, audit, clock }) => {
    const id = workspaceId(body.workspace_id);
    tracker.reset(id, body.scope);
    audit.audit(entry(caller, clock.now(), "quota_reset", id, { scope: body.scope }));
    return tracker.status(id);
  },
});
