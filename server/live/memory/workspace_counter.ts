/** The counters of one workspace and of the models used in it, the model used last first. */
import { limitedModel, NO_LIMITS, type WorkspaceLimits } from "../../core/workspace_limits.ts";
import { MAX_MODELS, type Slot } from "../live_store.ts";
import { Counter, type CounterPage, type CounterPages, FLOAT, SLOT_WORDS, WORD } from "./counter_page.ts";
import { bring, type Instant } from "./counts.ts";

/** One model of a workspace, by the name that calls or answers give. */
export class ModelCounter extends Counter {
  next: ModelCounter | null = null;
  constructor(
    page: CounterPage,
    public name: string,
    /** The name of the limit that covers it now; `null` where none does. */
    public limited_by: string | null,
  ) {
    super(page, 0);
  }
}

const NONE: WorkspaceLimits = { limits: NO_LIMITS, models: new Map() };

/** A workspace. A list instead of a `Map` of models: most workspaces use one or two. */
export class WorkspaceCounter extends Counter implements Slot {
  #first: ModelCounter | null = null;
  /** The limits by which `limited_by` was found. */
  #limits = NONE;

  constructor(readonly workspace_id: string, page: CounterPage) {
    super(page, 0);
  }

  /** Takes the limits in force. Costs nothing while they are the same. */
  obey(limits: WorkspaceLimits): void {
    if (limits === this.#limits) return;
    this.#limits = limits;
    for (const model of this.models()) model.limited_by = limitedModel(limits.models, model.name);
  }

  /** The name of the limit that covers a model; `null` where none does. */
  limitOf(name: string | null): string | null {
    if (name === null || this.#limits.models.size === 0) return null;
    const first = this.#first;
    return first?.name === name ? first.limited_by : limitedModel(this.#limits.models, name);
  }

  /** The counters that one limit covers. */
  coveredBy(limit: string): ModelCounter[] {
    return [...this.models()].filter(({ limited_by }) => limited_by === limit);
  }

  *models(): Iterable<ModelCounter> {
    for (let model = this.#first; model; model = model.next) yield model;
  }

  /** The counter that a model's calls are counted in, made when it is new; `null` where there is none for it. */
  model(name: string | null, pages: CounterPages, now: Instant): ModelCounter | null {
    if (name === null) return null;
    return this.#first?.name === name ? this.#first : this.#find(name) ?? this.#add(name, pages, now);
  }

  #find(name: string): ModelCounter | null {
    for (let before = this.#first, model = before?.next ?? null; before && model; before = model, model = model.next) {
      if (model.name !== name) continue;
      before.next = model.next;
      return this.#lead(model);
    }
    return null;
  }

  #lead(model: ModelCounter): ModelCounter {
    model.next = this.#first;
    this.#first = model;
    return model;
  }

  #add(name: string, pages: CounterPages, now: Instant): ModelCounter | null {
    const limit = limitedModel(this.#limits.models, name);
    const known = [...this.models()];
    if (known.length >= MAX_MODELS) {
      const idle = known.findLast((model) => model.limited_by === null && isIdle(model, now));
      if (idle) return this.#reuse(idle, name, limit);
      if (limit === null) return null;
      // Limits are few, snapshots can be invented: what is limited is always counted, if need be under the limit's name.
      if (limit !== name) return this.model(limit, pages, now);
    }
    const made = new ModelCounter(this.page, name, limit);
    pages.allot(made);
    return this.#lead(made);
  }

  /** Gives the counters of a model that nothing holds to another one. */
  #reuse(idle: ModelCounter, name: string, limit: string | null): ModelCounter {
    this.#find(idle.name);
    idle.page.words.fill(0, idle.at, idle.at + SLOT_WORDS);
    idle.name = name;
    idle.limited_by = limit;
    return idle;
  }
}

/** Whether nothing is in the minute, and nothing is under way. */
function isIdle(model: ModelCounter, now: Instant): boolean {
  bring(model, now);
  const { page: { words, floats }, at } = model;
  const under_way = words[at + WORD.held_requests] + words[at + WORD.aged];
  return under_way === 0 && words[at + WORD.requests] === 0 && floats[(at >> 1) + FLOAT.tokens] === 0;
}
