/** The limits in force: a workspace's own over the file's default over the environment's. */
import { type Limits, type SomeLimits, withLimits } from "../core/limits.ts";
import { NO_LIMITS, type WorkspaceLimits } from "../core/workspace_limits.ts";
import type { LimitsFile, LimitsReport, OwnLimits } from "../../shared/limits.ts";

/** The configured limits, and the limits in force that follow from them. */
export class LimitsBook {
  readonly #environment: Limits;
  #file: LimitsFile;

  constructor(environment: Limits, file: LimitsFile = {}) {
    this.#environment = environment;
    this.#file = file;
  }

  /** Takes another file. */
  replace(file: LimitsFile): void {
    this.#file = file;
  }

  /** Whether the file names the workspace. */
  has(workspace_id: string): boolean {
    return Object.hasOwn(this.#file.workspaces ?? {}, workspace_id);
  }

  /** The limits that the file sets for the workspace itself. */
  own(workspace_id: string): OwnLimits {
    return this.has(workspace_id) ? this.#file.workspaces![workspace_id] : {};
  }

  /** The limits in force for the workspace. Field by field, a model's limit is the workspace's, else the default's. */
  of(workspace_id: string): WorkspaceLimits {
    const own = this.own(workspace_id);
    const limits = withLimits(withLimits(this.#environment, this.#file.default), own);
    const models = new Map<string, Limits>();
    for (const [model, set] of [...entries(this.#file.default), ...entries(own)]) {
      models.set(model, withLimits(models.get(model) ?? NO_LIMITS, set));
    }
    return { limits, models };
  }

  /** The configured limits and those in force, as the API shows them. */
  report(workspace_id: string): LimitsReport {
    const { limits, models } = this.of(workspace_id);
    const by_model = [...models].map(([model, limits]) => ({ model, limits }));
    return { workspace_id, own: this.own(workspace_id), limits, models: by_model };
  }
}

function entries(limits: OwnLimits | undefined): [string, SomeLimits][] {
  return Object.entries(limits?.models ?? {});
}
