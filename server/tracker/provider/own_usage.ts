/** Our own use of a limit as the provider should see it, in total and by workspace. */
import { dropOldest } from "../drop_oldest.ts";

/** Workspaces whose parts are kept: those that came last. */
const MAX_WORKSPACES = 1000;

/** Below this the parts are rewritten, before the numbers lose their precision. */
const MIN_SCALE = 1e-6;

/** A level that our calls raise and that the refill lowers. The refill lowers the part of each workspace by its share. */
export class OwnUsage {
  #level: number;
  #at_ms: number;
  /** Units refilled per millisecond. */
  #rate: number;
  /** The parts of the workspaces, to be multiplied by `#scale`: a refill changes that number alone. */
  readonly #parts = new Map<string, number>();
  #scale = 1;

  /** @param level the use reported at `at_ms`, by us and others. */
  constructor(level: number, at_ms: number, rate: number) {
    this.#level = level;
    this.#at_ms = at_ms;
    this.#rate = rate;
  }

  /** Adds use from `at_ms`; a negative amount takes it back. Of a past instant, only what is not refilled yet counts. */
  add(amount: number, at_ms: number, workspace_id: string): void {
    const refilled = Math.max(0, this.#at_ms - at_ms) * this.#rate;
    const left = Math.sign(amount) * Math.max(0, Math.abs(amount) - refilled);
    this.#refill(at_ms);
    this.#level = Math.max(0, this.#level + left);
    this.#addPart(left, workspace_id);
  }

  /** The level at an instant; for an instant before the last change, the level after that change. */
  level(at_ms: number): number {
    return Math.max(0, this.#level - Math.max(0, at_ms - this.#at_ms) * this.#rate);
  }

  /** The parts of the level, by workspace. The rest is from before the first report. */
  *parts(at_ms: number): Iterable<[workspace_id: string, amount: number]> {
    const share = this.#level > 0 ? this.level(at_ms) / this.#level : 0;
    for (const [workspace_id, part] of this.#parts) yield [workspace_id, part * this.#scale * share];
  }

  /** Sets the refill rate from `at_ms` on. */
  setRate(rate: number, at_ms: number): void {
    this.#refill(at_ms);
    this.#rate = rate;
  }

  #refill(at_ms: number): void {
    if (at_ms <= this.#at_ms) return;
    const level = this.level(at_ms);
    if (level === 0) this.#parts.clear();
    else this.#scale *= level / this.#level;
    this.#level = level;
    this.#at_ms = at_ms;
    if (level === 0) this.#scale = 1;
    else if (this.#scale < MIN_SCALE) this.#rescale();
  }

  #addPart(amount: number, workspace_id: string): void {
    const part = (this.#parts.get(workspace_id) ?? 0) * this.#scale + amount;
    if (part <= 0) return void this.#parts.delete(workspace_id);
    this.#parts.set(workspace_id, part / this.#scale);
    if (this.#parts.size > MAX_WORKSPACES) dropOldest(this.#parts, MAX_WORKSPACES);
  }

  #rescale(): void {
    for (const [workspace_id, part] of this.#parts) this.#parts.set(workspace_id, part * this.#scale);
    this.#scale = 1;
  }
}
