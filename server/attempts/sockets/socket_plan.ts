/** What an attempt over a socket is, before it is sent. */
import type { TrackingOptions } from "../tracking_options.ts";
import type { AttemptPlan } from "../recorder.ts";
import { reservedTokens } from "../request/reserved_tokens.ts";
import { fields, nonEmptyName, type SocketEvent } from "./socket_events.ts";

/** Whose socket it is, and of what kind. */
export interface TurnsOptions extends TrackingOptions {
  /** What its responses are counted under: `realtime`, `responses` or `live`. */
  endpoint: string;
  /** The model that the socket's address names, or its session is set to. */
  model: string | null;
}

/**
 * The plan of a response that an event asks for.
 *
 * @param over what is known better.
 */
export function socketPlan(
  { workspace, app, endpoint, model }: TurnsOptions,
  event: SocketEvent,
  over: Partial<AttemptPlan> = {},
): AttemptPlan {
  const asked = endpoint === "responses" ? event : fields(event.response);
  return {
    id: crypto.randomUUID(),
    call_id: crypto.randomUUID(),
    retry: 0,
    workspace_id: workspace,
    endpoint,
    model: nonEmptyName(asked.model) ?? model,
    app: app ?? null,
    stream: true,
    ...reservedTokens("responses", JSON.stringify(event).length, asked),
    ...over,
  };
}
