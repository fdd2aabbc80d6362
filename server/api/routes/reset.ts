/** `POST /api/quota/reset` */
import { createHash, timingSafeEqual } from "node:crypto";
import { ResetRequest } from "../../../shared/api.ts";
import { StatusBody } from "../../../shared/quota.ts";
import { ProblemError } from "../problem_error.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

export const reset = route({
  method: "POST",
  path: "/api/quota/reset",
  summary: "Reset a workspace's counters or its latched status",
  description: "Keeps the ledger and whatever is in flight, and is itself logged. Answers the status after it.",
  admin_header: "X-Admin-Key",
  body: ResetRequest,
  answer: { status: 200, schema: StatusBody },
  problems: ["admin_disabled", "admin_key_wrong"],
  handle: ({ body, header }, { tracker, admin_reset_key }) => {
    checkKey(admin_reset_key, header("x-admin-key") ?? "");
    const id = workspaceId(body.workspace_id);
    tracker.reset(id, body.scope);
    return tracker.status(id);
  },
});

function checkKey(key: string | null, given: string): void {
  if (key === null) {
    throw new ProblemError(
      "admin_disabled",
      "Cannot reset: the service has no admin key. Start it with QUOTA_ADMIN_RESET_KEY",
    );
  }
  if (!timingSafeEqual(digest(key), digest(given))) {
    throw new ProblemError("admin_key_wrong", "Cannot reset: the header X-Admin-Key is missing or wrong");
  }
}

/** Digests have one length, as a comparison in constant time needs. */
function digest(text: string) {
  return createHash("sha256").update(text).digest();
}
