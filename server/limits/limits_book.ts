/** Which limits are in force for whom: the workspace's own over the file's default over the environment's. */
import { type Limits, type SomeLimits, withLimits } from "../core/limits.ts";
import type { LimitsFile, LimitsReport, OwnLimits } from "../../shared/limits.ts";

/** In force for one workspace. */
export interface WorkspaceLimits {
  limits: Limits;
  models: ReadonlyMap<string, Limits>;
}

/** Nothing is limited. */
export const NO_LIMITS: Limits = {
  requests_per_minute: null,
  requests_per_day: null,
  tokens_per_minute: null,
  tokens_per_day: null,
};

/** What was set, and what follows from it. */
export class LimitsBook {
  readonly #environment: Limits;
  #file: LimitsFile;

  constructor(environment: Limits, file: LimitsFile = {}) {
    this.#environment = environment;
    this.#file = file;
  }

  /** Takes another file in place of the one before. */
  replace(file: LimitsFile): void {
    this.#file = file;
  }

  /** What is set for the workspace by itself. */
  own(workspace_id: string): OwnLimits {
    return Object.hasOwn(this.#file.workspaces ?? {}, workspace_id) ? this.#file.workspaces![workspace_id] : {};
  }

  /** What is in force for it. A model's limits are those that its workspace or, field by field, the default sets. */
  of(workspace_id: string): WorkspaceLimits {
    const own = this.own(workspace_id);
    const limits = withLimits(withLimits(this.#environment, this.#file.default), own);
    const models = new Map<string, Limits>();
    for (const [model, set] of [...entries(this.#file.default), ...entries(own)]) {
      models.set(model, withLimits(models.get(model) ?? NO_LIMITS, set));
    }
    return { limits, models };
  }

  /** What is set and what is in force for it, as the API tells it. */
  report(workspace_id: string): LimitsReport {
    const { limits, models } = this.of(workspace_id);
    const by_model = [...models].map(([model, limits]) => ({ model, limits }));
    return { workspace_id, own: this.own(workspace_id), limits, models: by_model };
  }
}

function entries(limits: OwnLimits | undefined): [string, SomeLimits][] {
  return Object.entries(limits?.models ?? {});
}
