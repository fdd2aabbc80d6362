/** The plan of an attempt over a WebSocket. */
import type { TrackingOptions } from "../tracking_options.ts";
import { type AttemptPlan, DEFAULT_WAIT_MS, type Wait } from "../recorder.ts";
import { reservedTokens } from "../request/reserved_tokens.ts";
import type { BodyText } from "../tokens/text_sample.ts";
import { fieldsOf, shortText } from "../json.ts";
import type { SocketEvent } from "./socket_events.ts";

/** Tracking options and kind of a socket. */
export interface TurnsOptions extends TrackingOptions {
  /** The endpoint of its responses in the ledger: `realtime`, `responses` or `live`. */
  endpoint: string;
  /** The model in the socket's URL or its session. */
  model: string | null;
  /** The credential that it was opened with, as `credentialOf` names it; `null` or omitted where that is not known. */
  credential?: string | null;
  /** The id of the key of this service that it was opened with. */
  key_id?: string | null;
  /** The provider's id of the handshake. */
  request_id?: string;
}

/**
 * Plans the response that an event requests.
 *
 * @param over replaces fields of the plan.
 * @param body the event's text.
 */
export function socketPlan(
  { workspace, app, run, endpoint, model, credential, key_id }: TurnsOptions,
  event: SocketEvent,
  over: Partial<AttemptPlan> = {},
  body: BodyText = JSON.stringify(event),
): AttemptPlan {
  const asked = endpoint === "responses" ? event : fieldsOf(event.response);
  return {
    id: crypto.randomUUID(),
    call_id: crypto.randomUUID(),
    retry: 0,
    workspace_id: workspace,
    endpoint,
    model: shortText(asked.model) ?? model,
    app: app ?? null,
    key_id: key_id ?? null,
    run: run ?? null,
    stream: true,
    credential,
    requested_tier: shortText(asked.service_tier),
    ...reservedTokens("responses", body, asked),
    ...over,
  };
}

/** How long a response may wait for its permit; `undefined` if it may not. */
export function waitOf(
  { on_limit, max_wait_ms = DEFAULT_WAIT_MS }: TurnsOptions,
  signal: AbortSignal,
): Wait | undefined {
  return on_limit === "wait" ? { signal, max_wait_ms } : undefined;
}
