/** The statuses of workspaces, whether a call may be sent now, and when either has changed. */
import type { Availability, Headroom } from "../../shared/api.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { CalendarDay } from "../core/calendar_day.ts";
import type { Clock } from "../core/clock.ts";
import { type Awaitable, whenReady } from "../live/live_store.ts";
import { Changes } from "./changes.ts";
import type { LedgerOutbox } from "./ledger_outbox.ts";
import { LEDGER_RETRY_MS } from "./refusals.ts";
import type { Workspace } from "./workspace.ts";
import type { Workspaces } from "./workspaces.ts";

const SHUT = new Set(["rate_limited", "quota_exceeded"]);

/** A workspace without a call for this long is idle. */
const RECENT_MS = 10 * 60_000;

/** The parts that {@link Statuses} use. */
interface StatusesParts {
  clock: Clock;
  dayOf: (now_ms: number) => CalendarDay;
  workspaces: Workspaces;
  writer: LedgerOutbox;
  /** Whether anything is refused. */
  enforcing: boolean;
  log: (event: string, fields: Record<string, unknown>) => void;
}

/** Reading a status changes nothing. A status is decided once per round of changes, for all readers. */
export class Statuses {
  readonly changes: Changes;
  readonly #parts: StatusesParts;
  #day_start_ms: number;

  constructor(parts: StatusesParts) {
    const { clock, dayOf, log } = parts;
    this.#parts = parts;
    this.#day_start_ms = dayOf(clock.now()).start_ms;
    this.changes = new Changes({
      clock,
      evaluate: (workspace) => this.#evaluate(workspace),
      onError: (error) => log("live_store_failing", { cause: String(error) }),
    });
    parts.workspaces.credentials.onStop = (workspace_id) => this.#sharesStop(workspace_id);
  }

  /** @param for_admin with the use of the provider's pools by each workspace. */
  status(workspace_id: string, for_admin = false): StatusBody {
    const { clock, workspaces, writer } = this.#parts;
    return workspaces.peek(workspace_id).body(clock.now(), writer.fault, for_admin);
  }

  /**
   * Whether a call may be sent now.
   *
   * @param model of the call. Without one, a model's own full limit does not count, because other models are open.
   */
  availability(workspace_id: string, model?: string): Availability {
    const { clock, enforcing, workspaces, writer } = this.#parts;
    const now = clock.now();
    const meets = workspaces.peek(workspace_id).outlook(now, writer.fault, model);
    const told = model === undefined ? this.status(workspace_id) : meets;
    const uncounted = enforcing && writer.failing && meets.cause?.code === "ledger_failing";
    const available = !uncounted && !SHUT.has(meets.status);
    const wait = uncounted ? LEDGER_RETRY_MS / 1000 : secondsTo(meets.cause?.until, now);
    return {
      available,
      status: told.status,
      retry_after_seconds: available ? null : wait,
      reason: told.cause?.message ?? null,
    };
  }

  /** The part of a status that a program which sends calls may know, and whether a call may be sent now. */
  headroom(id: string, model?: string): Headroom {
    const { contract, workspace_id, server_time, cause, stats, models } = this.status(id);
    return { contract, workspace_id, server_time, ...this.availability(id, model), cause, stats, models };
  }

  /** Decides the statuses of all workspaces at the start. Their notices were sent before the restart. */
  begin(): void {
    const { clock, workspaces, writer, log } = this.#parts;
    for (const workspace of workspaces.values()) {
      const evaluated = workspace.evaluate(clock.now(), writer.fault);
      const watched = whenReady(evaluated, () => this.changes.watch(workspace));
      if (!(watched instanceof Promise)) continue;
      watched.catch((error) => log("live_store_failing", { workspace_id: workspace.id, cause: String(error) }));
    }
  }

  /** Spend that was loaded had its notices before the restart. */
  skipNoticesOfSpend(): void {
    const { clock, workspaces, writer } = this.#parts;
    for (const workspace of workspaces.values()) {
      if (workspace.budgets.hasAny) workspace.skipNotices(clock.now(), writer.fault);
    }
  }

  /** Finds what time alone has changed: windows that drained, causes that ended, a new day. */
  tick(now_ms: number): void {
    const { start_ms } = this.#parts.dayOf(now_ms);
    if (start_ms !== this.#day_start_ms) {
      this.#day_start_ms = start_ms;
      this.changes.touchAll(this.#parts.workspaces.values());
    }
    this.changes.age(now_ms);
    this.#parts.workspaces.credentials.tick((workspace_id) => {
      if (this.changes.isWatched(workspace_id)) this.#touch(workspace_id);
    });
  }

  /** Thousands of workspaces may share a credential: those without users or recent calls learn of it when they are read. */
  #sharesStop(workspace_id: string): void {
    const { clock, workspaces } = this.#parts;
    const isRecent = (workspaces.get(workspace_id)?.used_at_ms ?? -Infinity) > clock.now() - RECENT_MS;
    if (isRecent || this.changes.isWatched(workspace_id)) this.#touch(workspace_id);
  }

  #touch(workspace_id: string): void {
    const workspace = this.#parts.workspaces.get(workspace_id);
    if (workspace) this.changes.touch(workspace);
  }

  #evaluate(workspace: Workspace): Awaitable<() => StatusBody> {
    const { clock, writer } = this.#parts;
    return whenReady(workspace.evaluate(clock.now(), writer.fault), ({ notice, body }) => {
      if (notice) writer.write({ kind: "notice", row: notice });
      return body;
    });
  }
}

function secondsTo(until: string | null | undefined, now_ms: number): number | null {
  return until ? Math.max(0, Math.ceil((Date.parse(until) - now_ms) / 1000)) : null;
}
