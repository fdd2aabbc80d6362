/** The counters of one workspace and of the models used in it. */
import { limitedModel, limitsOfNames, type WorkspaceLimits } from "../../core/workspace_limits.ts";
import { MAX_MODELS, type ModelNames } from "../live_store.ts";
import { copySlot, Counter, type CounterPages, emptySlot, FLOAT, WORD } from "./counter_page.ts";
import { bring, type Instant } from "./counts.ts";

/** One model of a workspace, by the names that calls and answers give. */
export class ModelCounter extends Counter {
  next: ModelCounter | null = null;
  constructor(
    pages: CounterPages,
    public requested: string,
    public answered: string,
    /** The names of the limits that cover it now; `null` where none does. */
    public limited_by: string | null,
    public limited_too: string | null,
  ) {
    super(pages.empty, 0);
    pages.allot(this);
  }
}

/** Whether a counter is that of these names. */
export function isOf(counter: ModelCounter, { model, answered }: ModelNames): boolean {
  return counter.answered === (answered ?? model) && counter.requested === (model ?? answered);
}

/**
 * The counter of a workspace. As long as all calls are for one model, the workspace's counter is also the model's. The
 * first call for another model gives the first one a copy of it.
 */
export class WorkspaceCounter extends Counter {
  /** The names of the only model that was counted so far; `null` before the first call and after one that differs. */
  #requested: string | null = null;
  #answered: string | null = null;
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
    if (this.#requested === null) return this.#models?.coveredBy(limit, limits) ?? [];
    return limitsOfNames(limits.models, this.#requested, this.#answered).includes(limit) ? [this] : [];
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
    { model, answered }: ModelNames,
    pages: CounterPages,
    now: Instant,
    limits: WorkspaceLimits | null,
  ): Counter | null {
    const requested = model ?? answered;
    const name = answered ?? model;
    if (this.page === pages.empty) {
      pages.allot(this);
      [this.#requested, this.#answered] = [requested, name];
    }
    if (name === this.#answered && requested === this.#requested) return name === null ? null : this;
    this.#split(pages);
    if (requested === null || name === null) return null;
    this.#models ??= new ModelCounters(pages, null);
    if (limits) this.#models.obey(limits);
    return this.#models.get(requested, name, now);
  }

  /** Whether the only model has these names. */
  isOf({ model, answered }: ModelNames): boolean {
    return this.#requested === (model ?? answered) && this.#answered === (answered ?? model);
  }

  /**
   * The only model answers under another name. While nothing has been counted under the earlier one, the new name
   * replaces it; otherwise the model gets a counter of its own.
   */
  rename({ model, answered }: ModelNames, pages: CounterPages, now: Instant): void {
    const isExpected = this.#requested !== null && this.#requested === model && this.#answered === model;
    if (isExpected && answered !== null && hasHoldsAlone(this, now)) this.#answered = answered;
    else this.#split(pages);
  }

  /** Gives its slot and those of its models back. */
  release(pages: CounterPages): void {
    for (const model of this.models()) pages.release(model);
    pages.release(this);
    [this.#requested, this.#answered, this.#models] = [null, null, null];
  }

  /** Gives the only model a counter of its own. */
  #split(pages: CounterPages): void {
    if (this.#requested === null || this.#answered === null) return;
    const former = new ModelCounter(pages, this.#requested, this.#answered, null, null);
    copySlot(this, former);
    this.#models = new ModelCounters(pages, former);
    [this.#requested, this.#answered] = [null, null];
  }
}

/** Whether everything that is counted is under way. Holds before the minute are no longer among those of the minute. */
function hasHoldsAlone(counter: Counter, now: Instant): boolean {
  bring(counter, now);
  const { page: { words, floats }, at } = counter;
  return words[at + WORD.requests] === words[at + WORD.held_requests] && floats[(at >> 1) + FLOAT.day_requests] === 0;
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
    for (const model of this) {
      model.limited_by = limitedModel(limits.models, model.requested);
      model.limited_too = limitedModel(limits.models, model.answered);
    }
  }

  coveredBy(limit: string, limits: WorkspaceLimits): ModelCounter[] {
    this.obey(limits);
    const covered: ModelCounter[] = [];
    for (let model = this.#first; model; model = model.next) {
      if (model.limited_by === limit || model.limited_too === limit) covered.push(model);
    }
    return covered;
  }

  *[Symbol.iterator](): Iterator<ModelCounter> {
    for (let model = this.#first; model; model = model.next) yield model;
  }

  /** The counter of a model, made when it is new; `null` where there is no room for one more. */
  get(requested: string, answered: string, now: Instant): ModelCounter | null {
    const first = this.#first;
    if (first?.answered === answered && first.requested === requested) return first;
    return this.#find(requested, answered) ?? this.#add(requested, answered, now);
  }

  #find(requested: string, answered: string): ModelCounter | null {
    for (let before = this.#first, model = before?.next ?? null; before && model; before = model, model = model.next) {
      if (model.answered !== answered || model.requested !== requested) continue;
      before.next = model.next;
      return this.#lead(model);
    }
    return null;
  }

  #lead(model: ModelCounter): ModelCounter {
    model.next = this.#first;
    return this.#first = model;
  }

  #add(requested: string, answered: string, now: Instant): ModelCounter | null {
    const [limit, other] = [requested, answered].map((name) => this.#limits && limitedModel(this.#limits.models, name));
    const known = [...this];
    if (known.length >= MAX_MODELS) {
      const idle = known.findLast((model) => (model.limited_by ?? model.limited_too) === null && isIdle(model, now));
      if (idle) return this.#reuse(idle, requested, answered, limit, other);
      // Limits are few, names can be invented: what is limited is always counted, if need be under the limits' names.
      const [first, second] = [limit ?? other, other ?? limit];
      if (first === null || second === null) return null;
      if (first !== requested || second !== answered) return this.get(first, second, now);
    }
    return this.#lead(new ModelCounter(this.#pages, requested, answered, limit, other));
  }

  /** Gives the counter of an idle model to another one. */
  #reuse(
    idle: ModelCounter,
    requested: string,
    answered: string,
    limit: string | null,
    other: string | null,
  ): ModelCounter {
    if (idle !== this.#first) this.#find(idle.requested, idle.answered);
    emptySlot(idle);
    return Object.assign(idle, { requested, answered, limited_by: limit, limited_too: other });
  }
}

/** Whether nothing is in the minute, and nothing is under way. */
function isIdle(model: ModelCounter, now: Instant): boolean {
  bring(model, now);
  const { page: { words, floats }, at } = model;
  const under_way = words[at + WORD.held_requests] + words[at + WORD.aged];
  return under_way === 0 && words[at + WORD.requests] === 0 && floats[(at >> 1) + FLOAT.tokens] === 0;
}
