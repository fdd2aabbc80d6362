/** `POST /api/quota/limits/preview`: the effect that limits would have had on the calls of the last 7 days. */
import { WorkspaceSettings } from "../../../shared/limits.ts";
import { LimitsPreview } from "../../../shared/budgets/limits_preview.ts";
import type { Route } from "../../api/route.ts";
import { defineFeature, type FeatureDeps } from "../feature.ts";
import { PREVIEW_EXAMPLE } from "./example.ts";
import { replayAttempts } from "./replay_attempts.ts";

interface PreviewState {
  deps: FeatureDeps;
  /** Resolves when no preview runs or waits. */
  busy: Promise<unknown>;
  stopping: AbortController;
}

export const limitsPreview = defineFeature<PreviewState>({
  routes: [{
    method: "POST",
    path: "/api/quota/limits/preview",
    tag: "Limits",
    summary: "The calls of the last 7 days that limits would have refused",
    description:
      "Takes the body of `PUT /api/quota/limits`, and writes nothing. The attempts of the workspace are replayed with the " +
      "tokens and the money that they took in the end: under the limits in force and under those of the body, both without " +
      "temporary raises. A call that is refused takes nothing from later ones, and its retries are refused with it. Calls " +
      "that were refused at the time are not known. At most the newest 1,000,000 attempts are replayed: `is_complete`.",
    by_workspace: true,
    access: "admin",
    takes_reset_key: true,
    body: WorkspaceSettings,
    answer: { status: 200, schema: LimitsPreview },
    example: { body: { requests_per_minute: 300, budgets: { week: "100" } }, answer: PREVIEW_EXAMPLE },
    problems: ["admin_disabled", "admin_key_wrong", "ledger_unavailable"],
    handle: preview,
  }],
  start: (deps) => ({ deps, busy: Promise.resolve(), stopping: new AbortController() }),
  stop: ({ stopping }) => stopping.abort(),
});

/** One at a time: each takes some seconds of the thread that reads the ledger. A caller who has left loses their turn. */
async function preview(request: Parameters<Route["handle"]>[0], state: PreviewState): Promise<LimitsPreview> {
  const { workspace_id, body } = request;
  const signal = AbortSignal.any([request.signal, state.stopping.signal]);
  const turn = state.busy.then(() => replayAttempts(workspace_id, body as WorkspaceSettings, signal, state.deps));
  state.busy = turn.catch(() => {});
  return await turn;
}
