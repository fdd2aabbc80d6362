/** Tracks which workspaces have changed, by an event or by time alone, and notifies listeners. */
import type { Clock } from "../core/clock.ts";
import { type Awaitable, whenReady } from "../live/live_store.ts";
import type { StatusBody } from "../../shared/quota.ts";
import type { Workspace } from "./workspace.ts";

/** Shortest time between two rounds. Changes within it are notified once, with the latest state. */
const FRAME_MS = 16;

/**
 * Called for a workspace that has changed.
 *
 * @param body its status body, made on the first call and the same for all listeners of this change.
 */
export type ChangeListener = (workspace_id: string, body: () => StatusBody) => void;

/** The parts that {@link Changes} uses. */
interface ChangesOwner {
  clock: Clock;
  /** Decides the status of a changed workspace, once for each round that it is in. */
  evaluate(workspace: Workspace): Awaitable<() => StatusBody>;
  /** The live store could not answer. */
  onError(error: unknown): void;
}

/** Numbers changes and notifies listeners: the first immediately, then at most one round per frame. */
export class Changes {
  readonly #owner: ChangesOwner;
  readonly #listeners = new Map<ChangeListener, (workspace_id: string) => boolean>();
  /** Workspaces that time alone will change: the others need not be checked each second. */
  readonly #ageing = new Set<Workspace>();
  #changed = new Set<Workspace>();
  #cancel: (() => void) | null = null;
  #last_round_ms = -Infinity;

  constructor(owner: ChangesOwner) {
    this.#owner = owner;
  }

  /**
   * Listeners are called in the order of subscription. Returns a function that stops listening.
   *
   * @param watches whether someone waits for changes of this workspace.
   */
  subscribe(listener: ChangeListener, watches: (workspace_id: string) => boolean = () => false): () => void {
    this.#listeners.set(listener, watches);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a listener waits for changes of the workspace. */
  isWatched(workspace_id: string): boolean {
    return this.#listeners.values().some((watches) => watches(workspace_id));
  }

  /** The workspace is gone: nothing about it changes any more. */
  forget(workspace: Workspace): void {
    this.#ageing.delete(workspace);
    this.#changed.delete(workspace);
  }

  /** The workspace has changed. */
  touch(workspace: Workspace): void {
    workspace.seq++;
    this.#changed.add(workspace);
    if (this.#cancel) return;
    const { clock } = this.#owner;
    const wait_ms = Math.max(0, this.#last_round_ms + FRAME_MS - clock.now());
    this.#cancel = clock.after(wait_ms, () => this.#round());
  }

  touchAll(workspaces: Iterable<Workspace>): void {
    for (const workspace of workspaces) this.touch(workspace);
  }

  /** Takes note of when time changes an evaluated workspace next. */
  watch(workspace: Workspace): void {
    if (workspace.ages_at_ms < Infinity) this.#ageing.add(workspace);
    else this.#ageing.delete(workspace);
  }

  /** Touches those that time has changed since they were evaluated. */
  age(now_ms: number): void {
    for (const workspace of this.#ageing) if (now_ms >= workspace.ages_at_ms) this.touch(workspace);
  }

  /** Drops pending notifications, and sends no more. */
  close(): void {
    this.#cancel?.();
    this.#changed.clear();
    this.#listeners.clear();
  }

  #round(): void {
    this.#cancel = null;
    this.#last_round_ms = this.#owner.clock.now();
    const changed = this.#changed;
    this.#changed = new Set();
    for (const workspace of changed) {
      const told = whenReady(this.#owner.evaluate(workspace), (body) => this.#tell(workspace, body));
      if (told instanceof Promise) told.catch((error) => this.#owner.onError(error));
    }
  }

  #tell(workspace: Workspace, body: () => StatusBody): void {
    this.watch(workspace);
    for (const listener of this.#listeners.keys()) listener(workspace.id, body);
  }
}
