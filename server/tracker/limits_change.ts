/** Other limits while the service runs: in force at once, and what is counted and held stays. */
import type { RebuildData } from "../ledger/ledger.ts";
import type { LimitsFile } from "../../shared/limits.ts";
import type { Gauge } from "./gauges/gauge.ts";
import type { TrackerParts } from "./parts.ts";
import { countSecond, REBUILD_MS } from "./rebuild.ts";
import type { Workspace } from "./workspace.ts";

/** Reads of the ledger until one holds all that was counted by then: while calls end all the time, one more is on its way. */
const MOST_READS = 5;

/** Gauges that know nothing yet of their minute, by workspace. */
type NewGauges = Map<Workspace, Gauge[]>;

/** Puts them in force in every workspace, and lets those in who have waited for more. */
export function changeLimits(parts: TrackerParts, file: LimitsFile): void {
  const { changes, clock, limits, waiting, workspaces } = parts;
  limits.replace(file);
  const made: NewGauges = new Map();
  for (const workspace of workspaces.values()) {
    const gauges = workspace.reloadLimits(clock.now());
    if (gauges.length > 0 && workspace.counters.minute(clock.now()).requests > 0) made.set(workspace, gauges);
    changes.touch(workspace);
    waiting.advance(workspace.id);
  }
  if (made.size > 0) void countMinutes(parts, made);
}

/** A model's limits may be set in the middle of a minute: the ledger knows what the model has used of it. */
async function countMinutes(parts: TrackerParts, made: NewGauges): Promise<void> {
  const { changes, clock, ledger, log, today, writer } = parts;
  try {
    for (let reads = 1; reads <= MOST_READS; reads++) {
      await writer.flushed();
      const data = await ledger.rebuild(clock.now() - REBUILD_MS, today().start_ms);
      if (reads < MOST_READS && !isWhole(data, made, clock.now())) continue;
      takeMinutes(data, made, clock.now());
      break;
    }
  } catch (error) {
    log("model_minute_unknown", { workspaces: made.size, cause: String(error) });
  }
  for (const workspace of made.keys()) changes.touch(workspace);
}

/** Whether the ledger holds every attempt that is counted. */
function isWhole({ day }: RebuildData, made: NewGauges, now_ms: number): boolean {
  const stored = new Map<string, number>();
  for (const { workspace_id, attempts } of day) stored.set(workspace_id, (stored.get(workspace_id) ?? 0) + attempts);
  return made.keys().every((workspace) => workspace.totals(now_ms).attempts === (stored.get(workspace.id) ?? 0));
}

/** In place of what the new gauges have counted since they were made, which the ledger holds as well. */
function takeMinutes({ seconds }: RebuildData, made: NewGauges, now_ms: number): void {
  const byId = new Map(made.keys().map((workspace) => [workspace.id, workspace]));
  for (const { counters } of [...made.values()].flat()) counters.resetMinute(now_ms);
  for (const count of seconds) {
    const workspace = byId.get(count.workspace_id);
    const gauge = workspace?.models.of(count.model);
    if (gauge && made.get(workspace!)!.includes(gauge)) countSecond(gauge, count, now_ms);
  }
}
