/** The counters of one workspace and of the models used in it. */
import { limitedModel, type WorkspaceLimits } from "../../core/workspace_limits.ts";
import { MAX_MODELS } from "../live_store.ts";
import { copySlot, Counter, type CounterPages, emptySlot, FLOAT, WORD } from "./counter_page.ts";
import { bring, type Instant } from "./counts.ts";

/** One model of a workspace, by the name that calls or answers give. */
export class ModelCounter extends Counter {
  next: ModelCounter | null = null;
  constructor(
    pages: CounterPages,
    public name: string,
    /** The name of the limit that covers it now; `null` where none does. */
    public limited_by: string | null,
  ) {
    super(pages.empty, 0);
    pages.allot(this);
  }
}

/**
 * The counter of a workspace. As long as all calls are for one model, the workspace's counter is also the model's. The
 * first call for another model gives the first one a copy of it.
 */
export class WorkspaceCounter extends Counter {
  /** The only model that was counted so far; `null` before the first call and after the first one that differs. */
  sole: string | null = null;
  #models: ModelCounters | null = null;

  constructor(pages: CounterPages) {
    super(pages.empty, 0);
  }

  /** The counter of the model that was the only one, after the first call that differed. */
  get former(): ModelCounter | null {
    return this.#models?.former ?? null;
  }

  /** The counters that one limit covers. */
  coveredBy(limit: string, limits: WorkspaceLimits): Counter[] {
    if (this.sole !== null) return limitedModel(limits.models, this.sole) === limit ? [this] : [];
    return this.#models?.coveredBy(limit, limits) ?? [];
  }

  /** The models with counters of their own, the one used last first. */
  models(): Iterable<ModelCounter> {
    return this.#models ?? [];
  }

  /**
   * The counter that a model's calls are counted in, made when it is new: the workspace's own for its only model, `null`
   * where there is none.
   *
   * @param limits in force, if they may have changed.
   */
  counterOf(
    name: string | null,
    pages: CounterPages,
    now: Instant,
    limits: WorkspaceLimits | null,
  ): Counter | null {
    if (this.page === pages.empty) {
      pages.allot(this);
      this.sole = name;
    }
    if (name === this.sole) return name === null ? null : this;
    this.split(pages);
    if (name === null) return null;
    this.#models ??= new ModelCounters(pages, null);
    if (limits) this.#models.obey(limits);
    return this.#models.get(name, now);
  }

  /** Gives its slot and those of its models back. */
  release(pages: CounterPages): void {
    for (const model of this.models()) pages.release(model);
    pages.release(this);
    [this.sole, this.#models] = [null, null];
  }

  /** Gives the only model a counter of its own. */
  split(pages: CounterPages): void {
    if (this.sole === null) return;
    const former = new ModelCounter(pages, this.sole, null);
    copySlot(this, former);
    this.#models = new ModelCounters(pages, former);
    this.sole = null;
  }
}

/** A list instead of a `Map`: most workspaces use few models, and the one used last is found first. */
class ModelCounters {
  readonly #pages: CounterPages;
  #first: ModelCounter | null;
  /** The limits by which `limited_by` was found. */
  #limits: WorkspaceLimits | null = null;

  constructor(pages: CounterPages, readonly former: ModelCounter | null) {
    this.#pages = pages;
    this.#first = former;
  }

  /** Takes the limits in force. Costs nothing while they are the same. */
  obey(limits: WorkspaceLimits): void {
    if (limits === this.#limits) return;
    this.#limits = limits;
    for (const model of this) model.limited_by = limitedModel(limits.models, model.name);
  }

  coveredBy(limit: string, limits: WorkspaceLimits): ModelCounter[] {
    this.obey(limits);
    const covered: ModelCounter[] = [];
    for (let model = this.#first; model; model = model.next) if (model.limited_by === limit) covered.push(model);
    return covered;
  }

  *[Symbol.iterator](): Iterator<ModelCounter> {
    for (let model = this.#first; model; model = model.next) yield model;
  }

  /** The counter of a model, made when it is new; `null` where there is no room for one more. */
  get(name: string, now: Instant): ModelCounter | null {
    return this.#first?.name === name ? this.#first : this.#find(name) ?? this.#add(name, now);
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
    return this.#first = model;
  }

  #add(name: string, now: Instant): ModelCounter | null {
    const limit = this.#limits && limitedModel(this.#limits.models, name);
    const known = [...this];
    if (known.length >= MAX_MODELS) {
      const idle = known.findLast((model) => model.limited_by === null && isIdle(model, now));
      if (idle) return this.#reuse(idle, name, limit);
      if (limit === null) return null;
      // Limits are few, snapshots can be invented: what is limited is always counted, if need be under the limit's name.
      if (limit !== name) return this.get(limit, now);
    }
    return this.#lead(new ModelCounter(this.#pages, name, limit));
  }

  /** Gives the counter of an idle model to another one. */
  #reuse(idle: ModelCounter, name: string, limit: string | null): ModelCounter {
    if (idle !== this.#first) this.#find(idle.name);
    emptySlot(idle);
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
