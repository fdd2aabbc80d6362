/** Which workspaces have changed: by what was done, or by time alone. */
import type { Clock } from "../core/clock.ts";
import { type ChangeListener, Publisher } from "./publisher.ts";
import type { Workspace } from "./workspace.ts";

/** Numbers each change and has it told. */
export class Changes {
  readonly #publisher: Publisher;
  /** Those whose numbers may change by time alone: the others need not be looked at each second. */
  readonly #active = new Set<Workspace>();

  constructor(clock: Clock) {
    this.#publisher = new Publisher(clock);
  }

  /** Told in the order of subscription, at most once a frame. Returns how to stop. */
  subscribe(listener: ChangeListener): () => void {
    return this.#publisher.subscribe(listener);
  }

  /** The workspace has changed. */
  touch(workspace: Workspace): void {
    workspace.seq++;
    this.#active.add(workspace);
    this.#publisher.touch(workspace.id);
  }

  touchAll(workspaces: Iterable<Workspace>): void {
    for (const workspace of workspaces) this.touch(workspace);
  }

  /** Looks after a workspace that has not changed, but will with time. */
  watch(workspace: Workspace): void {
    this.#active.add(workspace);
  }

  /** Finds what time has changed since it was told. */
  age(now_ms: number): void {
    for (const workspace of this.#active) {
      if (workspace.hasAged(now_ms)) this.touch(workspace);
      else if (workspace.isIdle(now_ms)) this.#active.delete(workspace);
    }
  }

  /** Tells no more. */
  close(): void {
    this.#publisher.close();
  }
}
