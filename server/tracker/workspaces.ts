/** Every workspace there is: made on first use, up to a cap. */
import { CounterStore } from "../live/memory/counter_store.ts";
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import { Workspace, type WorkspaceRules } from "./workspace.ts";

/** Workspaces that may be invented by use. */
export const MOST_WORKSPACES = 10_000;

/** Workspaces by id, sharing the memory of their counters. */
export class Workspaces {
  readonly #rules: WorkspaceRules;
  readonly #known = new Map<string, Workspace>();

  constructor(rules: Omit<WorkspaceRules, "newCounters">) {
    const store = new CounterStore(rules.dayOf);
    this.#rules = { ...rules, newCounters: () => store.open() };
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
    const made = new Workspace(id, this.#rules);
    this.#known.set(id, made);
    return made;
  }

  /** The workspace, or one that nobody has used, which is not kept: looking makes nothing. */
  look(id: string): Workspace {
    const known = this.#known.get(id);
    if (known) return known;
    const store = new CounterStore(this.#rules.dayOf, 1);
    return new Workspace(id, { ...this.#rules, newCounters: () => store.open() });
  }

  values(): IterableIterator<Workspace> {
    return this.#known.values();
  }
}
