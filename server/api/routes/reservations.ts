/** `POST /api/quota/reservations` and `DELETE /api/quota/reservations/:id`: for tracked clients in other processes. */
import * as z from "zod/mini";
import { ReservationGrant, ReservationRequest } from "../../../shared/attempts.ts";
import { instant } from "../../core/meter.ts";
import { DEFAULT_WAIT_MS, isRefusal } from "../../attempts/recorder.ts";
import { LEASE_MS } from "../../tracker/open_attempts.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

export const reserve = route({
  method: "POST",
  path: "/api/quota/reservations",
  summary: "May this attempt be sent? Reserves for it",
  description:
    "For tracked clients in other processes. An attempt that is not reported by `expires_at` is taken as sent. With " +
    '`"on_limit": "wait"` a full minute is waited for, in the order of arrival, at most `max_wait_ms`.',
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
  handle: async ({ body, signal }, { tracker, clock }) => {
    const { on_limit, max_wait_ms, ...asked } = body;
    const { id } = asked;
    const plan = { ...UNSAID, ...asked, call_id: id, workspace_id: workspaceId(asked.workspace_id) };
    const wait = on_limit === "wait" ? { signal, max_wait_ms: max_wait_ms ?? DEFAULT_WAIT_MS } : undefined;
    const decision = await tracker.lease(plan, wait);
    // Who left as his turn came sends nothing.
    if (wait && signal.aborted) tracker.release(id);
    if (!isRefusal(decision)) return { id, expires_at: instant(clock.now() + LEASE_MS) };
    const { refused, message, retry_after_ms, limits } = decision;
    const headers = retry_after_ms === null ? {} : { "retry-after": String(Math.ceil(retry_after_ms / 1000)) };
    throw new ProblemError(refused, message, headers as Record<string, string>, { retry_after_ms, limits });
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
