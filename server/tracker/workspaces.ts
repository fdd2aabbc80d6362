/** Every workspace there is: made on first use, up to a cap. */
import type { CalendarDay } from "../core/calendar_day.ts";
import { MinuteRings } from "../core/minute_rings.ts";
import { WorkspaceCounters } from "../live/workspace_counters.ts";
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import { Workspace, type WorkspaceRules } from "./workspace.ts";

/** Workspaces that may be invented by use. */
export const MOST_WORKSPACES = 10_000;

/** Workspaces by id, sharing one set of rings. */
export class Workspaces {
  readonly #rules: WorkspaceRules;
  readonly #known = new Map<string, Workspace>();

  constructor(rules: Omit<WorkspaceRules, "newCounters">) {
    this.#rules = { ...rules, newCounters: counters(new MinuteRings(), rules.dayOf) };
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
    const newCounters = counters(new MinuteRings(1), this.#rules.dayOf);
    return this.#known.get(id) ?? new Workspace(id, { ...this.#rules, newCounters });
  }

  values(): IterableIterator<Workspace> {
    return this.#known.values();
  }
}

function counters(rings: MinuteRings, dayOf: (now_ms: number) => CalendarDay): () => WorkspaceCounters {
  return () => new WorkspaceCounters(rings, dayOf);
}
