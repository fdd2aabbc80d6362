/** Every workspace there is: made on first use, up to a cap. */
import { MinuteRings } from "../core/minute_rings.ts";
import { WorkspaceCounters } from "../live/workspace_counters.ts";
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import { Workspace, type WorkspaceRules } from "./workspace.ts";

/** Workspaces that may be invented by use. */
export const MOST_WORKSPACES = 10_000;

/** Workspaces by id, sharing one set of rings. */
export class Workspaces {
  readonly #rules: WorkspaceRules;
  readonly #rings = new MinuteRings();
  readonly #known = new Map<string, Workspace>();

  constructor(rules: WorkspaceRules) {
    this.#rules = rules;
    this.open(DEFAULT_WORKSPACE);
  }

  get(id: string): Workspace | undefined {
    return this.#known.get(id);
  }

  /** The workspace, made when it is new; `null` at the cap. */
  open(id: string): Workspace | null {
    const known = this.#known.get(id);
    if (known) return known;
    if (this.#known.size >= MOST_WORKSPACES) return null;
    const made = new Workspace(id, new WorkspaceCounters(this.#rings, this.#rules.dayOf), this.#rules);
    this.#known.set(id, made);
    return made;
  }

  /** The workspace, or one that nobody has used, which is not kept: looking makes nothing. */
  look(id: string): Workspace {
    const counters = () => new WorkspaceCounters(new MinuteRings(1), this.#rules.dayOf);
    return this.#known.get(id) ?? new Workspace(id, counters(), this.#rules);
  }

  values(): IterableIterator<Workspace> {
    return this.#known.values();
  }
}
