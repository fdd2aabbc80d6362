/** All workspaces: made on first use, up to a cap. */
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import { Workspace, type WorkspaceRules } from "./workspace.ts";

/** Workspaces that use may create, unless the options set another number. */
export const MAX_WORKSPACES = 10_000;

/** Workspaces by id. */
export class Workspaces {
  readonly #rules: WorkspaceRules;
  readonly #known = new Map<string, Workspace>();
  /** Workspaces that may exist. */
  readonly max: number;

  constructor(rules: WorkspaceRules, max = MAX_WORKSPACES) {
    this.#rules = rules;
    this.max = max;
    this.open(DEFAULT_WORKSPACE);
  }

  get(id: string): Workspace | undefined {
    return this.#known.get(id);
  }

  /** The workspace, made when it is new; `null` at the cap. */
  open(id: string): Workspace | null {
    const known = this.#known.get(id);
    if (known) return known;
    if (this.#known.size >= this.max) return null;
    const made = new Workspace(id, this.#rules);
    this.#known.set(id, made);
    return made;
  }

  /** The workspace, or an unused one that is not kept: reading creates none. */
  peek(id: string): Workspace {
    return this.#known.get(id) ?? new Workspace(id, this.#rules);
  }

  ids(): IterableIterator<string> {
    return this.#known.keys();
  }

  values(): IterableIterator<Workspace> {
    return this.#known.values();
  }
}
