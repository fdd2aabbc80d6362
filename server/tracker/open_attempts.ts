/** Attempts under way, and the lease after which one of another process is given up. */
import type { Hold } from "../live/memory/workspace_counters.ts";
import type { AttemptPlan } from "../attempts/recorder.ts";
import type { Gauge } from "./gauges/gauge.ts";
import type { PendingUse } from "./provider/provider_limits.ts";
import type { Workspace } from "./workspace.ts";

/**
 * An attempt of another process that nobody reports for this long is taken as sent, with unknown usage: that process may
 * have died. What this process sends has no lease, because it settles whatever happens, however long a stream is.
 */
export const LEASE_MS = 15 * 60_000;

/** An attempt that was let through and has not ended. */
export interface OpenAttempt {
  readonly plan: AttemptPlan;
  readonly workspace: Workspace;
  readonly hold: Hold;
  /** What it holds of its model's own limits, where there are any. */
  readonly of_model: { gauge: Gauge; hold: Hold } | null;
  /** As the provider's count was told of it. */
  readonly sent: PendingUse | null;
  /** Of another process: it has a lease. */
  readonly leased: boolean;
  ended: boolean;
}

/** All of them, of every workspace: this process's counted, others' by id. */
export class OpenAttempts {
  readonly #leased = new Map<string, OpenAttempt>();
  #here = 0;

  get size(): number {
    return this.#here + this.#leased.size;
  }

  /** The leased attempt of that id. */
  get(id: string): OpenAttempt | undefined {
    return this.#leased.get(id);
  }

  add(attempt: OpenAttempt): void {
    if (attempt.leased) this.#leased.set(attempt.plan.id, attempt);
    else this.#here++;
  }

  /** Ends an attempt: whoever is told `true` does what its end takes, so it ends once. */
  end(attempt: OpenAttempt): boolean {
    if (attempt.ended) return false;
    attempt.ended = true;
    if (attempt.leased) this.#leased.delete(attempt.plan.id);
    else this.#here--;
    return true;
  }

  /** Ends those whose lease has run out: oldest first, as they came. */
  endExpired(now_ms: number): OpenAttempt[] {
    const expired: OpenAttempt[] = [];
    for (const attempt of this.#leased.values()) {
      if (now_ms - attempt.hold.at_ms < LEASE_MS) break;
      if (this.end(attempt)) expired.push(attempt);
    }
    return expired;
  }
}
