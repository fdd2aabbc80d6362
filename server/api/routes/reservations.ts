/** `POST /api/quota/reservations` and `DELETE /api/quota/reservations/:id`: for tracked clients in other processes. */
import * as z from "zod/mini";
import { ReservationGrant, ReservationRequest } from "../../../shared/api.ts";
import { instant } from "../../core/meter.ts";
import { isRefusal } from "../../openai/recorder.ts";
import { LEASE_MS } from "../../tracker/open_attempts.ts";
import { ProblemError } from "../problem_error.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

export const reserve = route({
  method: "POST",
  path: "/api/quota/reservations",
  summary: "May this attempt be sent? Reserves for it",
  description:
    "For tracked clients in other processes. An attempt that is not reported by `expires_at` is taken as sent.",
  body: ReservationRequest,
  answer: { status: 201, schema: ReservationGrant },
  problems: [
    "workspace_rate_limited",
    "workspace_quota_exceeded",
    "provider_cooling_down",
    "provider_quota_exceeded",
    "too_many_workspaces",
    "ledger_unavailable",
  ],
  handle: ({ body: { id, tokens, workspace_id } }, { tracker, clock }) => {
    const plan = { ...UNSAID, id, call_id: id, tokens, workspace_id: workspaceId(workspace_id) };
    const decision = tracker.reserve(plan);
    if (!isRefusal(decision)) return { id, expires_at: instant(clock.now() + LEASE_MS) };
    const { refused, message, retry_after_ms } = decision;
    const headers = retry_after_ms === null ? {} : { "retry-after": String(Math.ceil(retry_after_ms / 1000)) };
    throw new ProblemError(refused, message, headers as Record<string, string>, { retry_after_ms });
  },
});

export const release = route({
  method: "DELETE",
  path: "/api/quota/reservations/:id",
  summary: "Give a reservation back: its attempt was never sent",
  answer: { status: 200, schema: z.object({ released: z.boolean() }) },
  problems: [],
  handle: ({ param }, { tracker }) => ({ released: tracker.release(param("id")) }),
});

/** Told only when the attempt has ended. */
const UNSAID = { retry: 0, endpoint: "", model: null, app: null, stream: false, input_tokens: 0 };
