/** The credentials that one workspace uses. */
import type { Latch } from "../../core/verdict.ts";
import { dropOldest } from "../drop_oldest.ts";
import type { Credentials, SharedCredential } from "./credentials.ts";
import type { NamedPools } from "./pool_views.ts";
import { MAX_POOLS, type Pool } from "./provider_limits.ts";

/** The credentials of one workspace that are kept: those used last. */
const MAX_CREDENTIALS = 16;

/** A credential decides on the status for this long after its last call: later it may have been replaced. */
const IN_USE_MS = 10 * 60_000;

/** A credential that was not used for this long is dropped when another one comes. */
const IDLE_MS = 24 * 3_600_000;

/** The pools of one credential that are remembered: an attempt may name one when it is sent, and another when it ends. */
const MAX_USED_POOLS = 2 * MAX_POOLS;

/** The name of a credential that is not known, as old clients send none. */
const UNKNOWN = "";

interface UsedCredential {
  readonly name: string;
  readonly shared: SharedCredential;
  used_at_ms: number;
  /** The pool that was used last. */
  pool: string | null;
  /** The pools that this workspace has used. It is told of no others. */
  readonly pools: Map<string, true>;
}

type Name = string | null | undefined;

/** They are found by their names. Only those with a state are kept, so that invented keys take no memory. */
export class UsedCredentials {
  readonly #workspace_id: string;
  readonly #all: Credentials;
  readonly #used = new Map<string, UsedCredential>();
  /** That of the call before: a call needs its credential five times, and most calls have the same one. */
  #last: UsedCredential | null = null;

  constructor(workspace_id: string, all: Credentials) {
    this.#workspace_id = workspace_id;
    this.#all = all;
  }

  /** The credential, if this workspace or another one has used it. */
  find(name: Name): SharedCredential | undefined {
    return this.#get(name ?? UNKNOWN)?.shared ?? this.#all.find(name ?? null);
  }

  /** Notes that the workspace uses a credential. */
  use(name: Name, pool: string, now_ms: number): SharedCredential {
    const used = this.#get(name ?? UNKNOWN) ?? this.#add(name, now_ms);
    used.used_at_ms = Math.max(used.used_at_ms, now_ms);
    if (used.pool !== pool) {
      used.pool = pool;
      used.pools.set(pool, true);
      dropOldest(used.pools, MAX_USED_POOLS);
    }
    return used.shared;
  }

  /**
   * What stops each of the credentials in use; `null` for one that nothing stops.
   *
   * @param pool ignores the cool-downs of other pools.
   */
  stops(now_ms: number, pool?: string): (Latch | null)[] {
    if (this.#used.size === 0) return [];
    const only = pool === undefined ? null : { has: (name: string) => name === pool };
    return this.#inUse(now_ms).map(({ shared, pools }) => shared.state.stop(now_ms, only ?? pools));
  }

  /** The pools that the workspace has used: of the credentials in use, or else the report that came last. */
  pools(now_ms: number): NamedPools[] {
    if (this.#used.size === 0) return [];
    const inUse = new Set(this.#inUse(now_ms));
    const byName = new Map<string, { pools: Pool[]; areInUse: boolean }>();
    for (const used of this.#used.values()) {
      const areInUse = inUse.has(used);
      for (const [name, pool] of used.shared.state.pools(now_ms)) {
        if (used.pools.has(name)) add(byName, name, pool, areInUse);
      }
    }
    return [...byName].map(([name, { pools }]) => ({ name, pools }));
  }

  /** When time alone changes which credentials are in use. */
  changesAt(now_ms: number): number {
    if (this.#used.size < 2) return Infinity;
    const inUse = this.#inUse(now_ms);
    return inUse.length < 2 ? Infinity : Math.min(...inUse.map(({ used_at_ms }) => used_at_ms)) + IN_USE_MS;
  }

  /** Notifies the other workspaces with this credential that a stop has begun or ended. */
  stopChanged(shared: SharedCredential): void {
    this.#all.stopChanged(shared, this.#workspace_id);
  }

  /** Notes that the provider has reported on this credential. */
  observed(shared: SharedCredential): void {
    this.#all.observed(shared);
  }

  /** Ends all stops. */
  reset(): void {
    for (const { shared } of this.#used.values()) {
      shared.state.reset();
      this.stopChanged(shared);
    }
  }

  /** The workspace is gone. */
  close(): void {
    for (const name of [...this.#used.keys()]) this.#drop(name);
  }

  #get(name: string): UsedCredential | null {
    if (this.#last?.name === name) return this.#last;
    const used = this.#used.get(name) ?? null;
    if (used) this.#last = used;
    return used;
  }

  #add(name: Name, now_ms: number): UsedCredential {
    for (const [known, { used_at_ms }] of this.#used) if (used_at_ms < now_ms - IDLE_MS) this.#drop(known);
    if (this.#used.size >= MAX_CREDENTIALS) this.#drop(this.#leastRecent());
    const shared = this.#all.join(name ?? null, this.#workspace_id);
    const pools = new Map<string, true>();
    const used: UsedCredential = { name: name ?? UNKNOWN, shared, used_at_ms: now_ms, pool: null, pools };
    this.#used.set(used.name, used);
    return used;
  }

  #drop(name: string): void {
    const used = this.#used.get(name);
    this.#used.delete(name);
    if (this.#last === used) this.#last = null;
    if (used) this.#all.leave(used.shared, this.#workspace_id);
  }

  #leastRecent(): string {
    return [...this.#used].reduce((least, each) => each[1].used_at_ms < least[1].used_at_ms ? each : least)[0];
  }

  /** Those that were used a moment ago; the last one where none was. */
  #inUse(now_ms: number): UsedCredential[] {
    const used = [...this.#used.values()];
    if (used.length < 2) return used;
    const recent = used.filter(({ used_at_ms }) => used_at_ms > now_ms - IN_USE_MS);
    if (recent.length > 0) return recent;
    return [used.reduce((last, each) => each.used_at_ms > last.used_at_ms ? each : last)];
  }
}

function add(
  byName: Map<string, { pools: Pool[]; areInUse: boolean }>,
  name: string,
  pool: Pool,
  areInUse: boolean,
): void {
  const known = byName.get(name);
  if (!known || (areInUse && !known.areInUse)) byName.set(name, { pools: [pool], areInUse });
  else if (areInUse) known.pools.push(pool);
  else if (!known.areInUse && pool.observed_at_ms > known.pools[0].observed_at_ms) known.pools = [pool];
}
