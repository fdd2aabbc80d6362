/** Attempts under way, oldest first, and the lease after which one is given up. */
import type { Hold } from "../live/workspace_counters.ts";
import type { AttemptPlan } from "../openai/recorder.ts";
import type { Workspace } from "./workspace.ts";

/** An attempt that nobody settles for this long is taken as sent, with unknown usage. */
export const LEASE_MS = 15 * 60_000;

/** An attempt that was let through and has not ended. */
export interface OpenAttempt {
  plan: AttemptPlan;
  hold: Hold;
  workspace: Workspace;
}

/** All of them, of every workspace, by id. */
export class OpenAttempts {
  readonly #byId = new Map<string, OpenAttempt>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): OpenAttempt | undefined {
    return this.#byId.get(id);
  }

  add(attempt: OpenAttempt): void {
    this.#byId.set(attempt.plan.id, attempt);
  }

  /** Takes an attempt out: whoever gets it ends it, so it ends once. */
  take(id: string): OpenAttempt | undefined {
    const attempt = this.#byId.get(id);
    this.#byId.delete(id);
    return attempt;
  }

  /** Takes out those whose lease has run out. */
  takeExpired(now_ms: number): OpenAttempt[] {
    const expired: OpenAttempt[] = [];
    for (const [id, attempt] of this.#byId) {
      if (now_ms - attempt.hold.at_ms < LEASE_MS) break;
      this.#byId.delete(id);
      expired.push(attempt);
    }
    return expired;
  }
}
