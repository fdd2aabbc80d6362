/** Restores live counters and unfinished calls from the ledger: a restart in mid-minute shows the same numbers. */
import type { RebuildData, SecondCount } from "../ledger/ledger.ts";
import type { Awaitable, LiveStore } from "../live/live_store.ts";
import type { SentCalls } from "./sent_calls.ts";
import type { Workspaces } from "./workspaces.ts";

/** How far back the seconds reach: a count stays for 61 s, and a second is taken whole. */
export const REBUILD_MS = 62_000;

/** Adds the ledger's rows, before any attempt is admitted. */
export function rebuild(
  { live, workspaces, calls }: { live: LiveStore; workspaces: Workspaces; calls: SentCalls },
  data: RebuildData,
  now_ms: number,
): Awaitable<void> {
  for (const attempt of data.unfinished) calls.note(attempt);
  // Those with counts come first: they have their place whatever the maximum is.
  for (const { workspace_id } of [...data.day, ...data.seconds]) workspaces.restore(workspace_id);
  workspaces.remember(data.workspaces);
  for (const usage of data.day) workspaces.get(usage.workspace_id)?.today.addTotals(usage, now_ms);
  const seconds = byWorkspace(data.seconds.map(named));
  const days = byWorkspace(
    data.day.map(({ total_tokens, charged_tokens, ...usage }) => {
      return { ...usage, tokens: total_tokens + charged_tokens };
    }).map(named),
  );
  const resets = byWorkspace(data.since_day_resets.map(named));
  // The seconds come last: they have the latest answers.
  for (const { workspace_id, requested_model, model } of [...data.day, ...data.seconds]) {
    workspaces.get(workspace_id)?.names.learn(requested_model, model);
  }
  const pending: Promise<void>[] = [];
  for (const { id, slot, limits } of workspaces.values()) {
    const day = resets.get(id) ?? days.get(id) ?? [];
    const answer = live.rebuild(slot, { seconds: seconds.get(id) ?? [], day, now_ms, limits });
    if (answer instanceof Promise) pending.push(answer);
  }
  if (pending.length > 0) return Promise.all(pending).then(() => {});
}

/** With the names of the live store. */
function named<T extends Pick<SecondCount, "requested_model" | "model">>({ requested_model, model, ...count }: T) {
  return { ...count, model: requested_model, answered: model };
}

function byWorkspace<T extends { workspace_id: string }>(counts: readonly T[]): Map<string, T[]> {
  return Map.groupBy(counts, ({ workspace_id }) => workspace_id);
}
