/** Replays a workspace's attempts of the last days, under the rules in force and under those of other settings. */
import type { WorkspaceSettings } from "../../../shared/limits.ts";
import type { LimitsPreview } from "../../../shared/budgets/limits_preview.ts";
import { cachedPeriods } from "../../core/budgets/periods.ts";
import { instant } from "../../core/meter.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { RecentEntries } from "../../core/recent_entries.ts";
import { RECENT_CALLS, Replay } from "../../core/replay/replay.ts";
import type { FeatureDeps } from "../feature.ts";

const SPAN_MS = 7 * 86_400_000;

/** Some seconds of work. */
const MAX_ATTEMPTS = 1_000_000;

/**
 * The preview of settings. It takes the thread that answers calls a millisecond or two at a time.
 *
 * @throws {ProblemError} `service_unavailable` once the signal is aborted.
 */
export async function replayAttempts(
  workspace_id: string,
  own: WorkspaceSettings,
  signal: AbortSignal,
  { tracker, ledger, clock, config }: Pick<FeatureDeps, "tracker" | "ledger" | "clock" | "config">,
): Promise<LimitsPreview> {
  endIfAborted(signal);
  const rules = tracker.previewRules(workspace_id, own);
  const periodsOf = cachedPeriods(config.timezone);
  const [current, proposed] = [new Replay(rules.current, periodsOf), new Replay(rules.proposed, periodsOf)];
  const to_ms = clock.now();
  const asked_from_ms = to_ms - SPAN_MS;
  // A window that has begun before contains earlier attempts.
  const windows_from_ms = Math.min(...[current, proposed].map((replay) => replay.windowsFrom(asked_from_ms)));
  // Attempts that have ended may still be on the way to the ledger.
  await tracker.flushed();
  const query = { workspace_id, from_ms: windows_from_ms, to_ms, max: MAX_ATTEMPTS };
  const { from_ms: known_from_ms, pages } = await ledger.history.uses(query);
  const from_ms = Math.max(asked_from_ms, known_from_ms);
  const count = new CallCount();
  for await (const page of pages) {
    endIfAborted(signal);
    for (const use of page) {
      const isEarlier = use.started_at_ms < from_ms;
      if (!isEarlier) count.add(use.call);
      for (const replay of [current, proposed]) isEarlier ? replay.precede(use) : replay.add(use);
    }
  }
  return {
    workspace_id,
    from: instant(from_ms),
    to: instant(to_ms),
    is_complete: known_from_ms === windows_from_ms,
    calls: count.calls,
    current: current.body(),
    proposed: proposed.body(),
  };
}

/** Counts the calls of attempts, each once. */
class CallCount {
  readonly #seen = new RecentEntries<string, true>(RECENT_CALLS);
  calls = 0;

  /** @param call `null` for the only attempt of a call. */
  add(call: string | null): void {
    if (call !== null && this.#seen.get(call)) return;
    if (call !== null) this.#seen.set(call, true);
    this.calls++;
  }
}

function endIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ProblemError("service_unavailable", "Cannot preview limits: the caller has left");
}
