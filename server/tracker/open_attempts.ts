/** Attempts under way, and the lease after which one of another process is given up. */
import type { AttemptPlan } from "../attempts/recorder.ts";
import type { Hold } from "../live/live_store.ts";
import type { PendingUse } from "./provider/provider_limits.ts";
import type { Workspace } from "./workspace.ts";

/**
 * An attempt of another process that is not reported for this long counts as sent, with unknown usage: that process may
 * have died. An attempt that this process sends has no lease, because it is settled whatever happens, however long its
 * stream is.
 */
export const LEASE_MS = 15 * 60_000;

/** An attempt that was let through and has not ended. */
export interface OpenAttempt {
  readonly plan: AttemptPlan;
  readonly workspace: Workspace;
  readonly hold: Hold;
  /** As it was compared with the provider's count. */
  readonly sent: PendingUse | null;
  /** Whether another process sends it: then it has a lease. */
  readonly leased: boolean;
  ended: boolean;
}

/** Those of every workspace: this process's counted, other processes' by id. */
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

  /** Ends an attempt; `false` when it has ended before. The caller that gets `true` does what the end requires. */
  end(attempt: OpenAttempt): boolean {
    if (attempt.ended) return false;
    attempt.ended = true;
    if (attempt.leased) this.#leased.delete(attempt.plan.id);
    else this.#here--;
    return true;
  }

  /** Ends those whose lease has run out, and returns them, oldest first. */
  endExpired(now_ms: number): OpenAttempt[] {
    const expired: OpenAttempt[] = [];
    for (const attempt of this.#leased.values()) {
      if (now_ms - attempt.hold.at_ms < LEASE_MS) break;
      if (this.end(attempt)) expired.push(attempt);
    }
    return expired;
  }
}
