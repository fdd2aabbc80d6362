/** `POST /api/quota/reservations` and `DELETE /api/quota/reservations/:id`: for tracked clients in other processes. */
import * as z from "zod/mini";
import { ReservationGrant, ReservationRequest } from "../../../shared/attempts.ts";
import { instant } from "../../core/meter.ts";
import { DEFAULT_WAIT_MS, isRefusal } from "../../attempts/recorder.ts";
import { LEASE_MS } from "../../tracker/admission.ts";
import { ProblemError } from "../../core/problem_error.ts";
import type { Identity } from "../../access/gate.ts";
import { checkModel } from "../authorize.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

export const reserve = route({
  method: "POST",
  path: "/api/quota/reservations",
  tag: "Tracked clients",
  summary: "Reserve for an attempt, if it may be sent",
  description:
    "For tracked clients in other processes. An attempt that is not reported by `expires_at` counts as sent, with unknown " +
    'usage. With `"on_limit": "wait"` the request waits for a full minute to drain, in order of arrival, for at most ' +
    "`max_wait_ms`.",
  body: ReservationRequest,
  workspaces: ({ workspace_id }) => [workspace_id],
  access: "ingest",
  answer: { status: 201, schema: ReservationGrant },
  example: {
    body: {
      id: "8c0f3a52-1f7b-4f1e-9f43-2f0a4e1c7d10",
      workspace_id: "acme",
      tokens: 1200,
      input_tokens: 200,
      output_cap: 1000,
      model: "gpt-5.4",
      app: "bot",
      endpoint: "responses",
      on_limit: "refuse",
    },
    answer: { id: "8c0f3a52-1f7b-4f1e-9f43-2f0a4e1c7d10", expires_at: "2026-11-21T10:10:00.000Z" },
  },
  problems: [
    "workspace_rate_limited",
    "workspace_quota_exceeded",
    "workspace_budget_exceeded",
    "provider_cooling_down",
    "provider_quota_exceeded",
    "too_many_workspaces",
    "reserved_elsewhere",
    "ledger_unavailable",
  ],
  handle: async ({ body, caller, signal }, { tracker, clock, access }) => {
    const { on_limit, max_wait_ms, service_tier: requested_tier, ...attempt } = body;
    checkModel(caller, attempt.model ?? null);
    const { id } = attempt;
    const workspace_id = workspaceId(attempt.workspace_id);
    const plan = {
      ...NOT_YET_KNOWN,
      ...attempt,
      requested_tier,
      call_id: id,
      workspace_id,
      ...senderOf(caller, attempt),
    };
    const wait = on_limit === "wait" ? { signal, max_wait_ms: max_wait_ms ?? DEFAULT_WAIT_MS } : undefined;
    const decision = await tracker.lease(plan, wait);
    // The caller disconnected while the reservation was granted.
    if (wait && signal.aborted) tracker.release(id);
    if (wait && !access.isLive(caller, plan.workspace_id)) {
      tracker.release(id);
      throw new ProblemError("key_invalid", "Cannot reserve: the key was revoked or has expired during the wait");
    }
    if (!isRefusal(decision)) return { id, expires_at: instant(clock.now() + LEASE_MS) };
    const { refused, message, retry_after_ms, limits } = decision;
    const headers = retry_after_ms === null ? {} : { "retry-after": String(Math.ceil(retry_after_ms / 1000)) };
    throw new ProblemError(refused, message, headers as Record<string, string>, { retry_after_ms, limits });
  },
});

export const release = route({
  method: "DELETE",
  path: "/api/quota/reservations/:id",
  tag: "Tracked clients",
  summary: "Release a reservation whose attempt was not sent",
  access: "ingest",
  answer: { status: 200, schema: z.object({ released: z.boolean() }) },
  example: { params: { id: "8c0f3a52-1f7b-4f1e-9f43-2f0a4e1c7d10" }, answer: { released: true } },
  problems: [],
  handle: ({ param, caller: { key } }, { tracker }) => ({
    released: tracker.release(param("id"), key?.workspaces ?? null),
  }),
});

/** The key of the caller; its name of their program replaces the program's own. */
function senderOf({ key }: Pick<Identity, "key">, { app = null }: { app?: string | null }) {
  return { key_id: key?.id ?? null, app: key?.app ?? app };
}

/** Fields of the plan that the caller reports when the attempt has ended. */
const NOT_YET_KNOWN = { retry: 0, endpoint: "", model: null, app: null, stream: false, input_tokens: 0 };
