/** Keeps the limits in force the same as those in their file: at start, when it changes, and when an admin sets some. */
import { ProblemError } from "../core/problem_error.ts";
import type { Clock } from "../core/clock.ts";
import { lazyImport } from "../runtime/lazy_import.ts";
import type { LimitsStore } from "./limits_file.ts";
import type { Log } from "../runtime/log.ts";
import { StartFault } from "../config/start_fault.ts";
import type { LimitsFile, OwnLimits } from "../../shared/limits.ts";

/** Who keeps the limits file. */
export interface LimitsDesk {
  /** What is wrong with the file since it was changed; the limits before it hold. */
  readonly faults: readonly string[];
  /** @throws {ProblemError} `limits_unwritable`; then nothing has changed. */
  set(workspace_id: string, own: OwnLimits): Promise<void>;
}

/** What it works with. */
interface LimitsKeeperDeps {
  store: LimitsStore;
  log: Log;
  /** Puts limits in force. */
  apply(file: LimitsFile): void;
}

/** How often the file is looked at, in milliseconds. */
const LOOK_MS = 1000;

/** The one who reads and writes the limits file. */
export class LimitsKeeper implements LimitsDesk {
  readonly #deps: LimitsKeeperDeps;
  #file: LimitsFile = {};
  /** Of the text that was looked at last; `undefined` before the first look. */
  #stamp: string | null | undefined;
  #faults: readonly string[] = [];
  #started = false;
  #busy: Promise<void> = Promise.resolve();

  constructor(deps: LimitsKeeperDeps) {
    this.#deps = deps;
  }

  /** What is wrong with the file since it was changed; the limits before it hold. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /**
   * Puts in force what the file says at start.
   *
   * @throws {StartFault} with every fault of it.
   */
  async start(): Promise<void> {
    await this.#look();
    this.#started = true;
    if (this.#faults.length === 0) return;
    const list = this.#faults.map((fault) => `  - ${fault}`).join("\n");
    throw new StartFault(`Cannot start: ${this.#deps.store.name} has faults.\n${list}`);
  }

  /** Looks for changes from now on; returns how to stop. */
  watch(clock: Clock): () => void {
    return clock.every(LOOK_MS, () => void this.look());
  }

  /** Looks once. */
  look(): Promise<void> {
    return this.#queue(() => this.#look());
  }

  /**
   * Sets what one workspace has by itself, in the file and in force; with nothing in it, what it had is taken away.
   *
   * @throws {ProblemError} `limits_unwritable`; then nothing has changed.
   */
  set(workspace_id: string, own: OwnLimits): Promise<void> {
    return this.#queue(() => this.#set(workspace_id, own));
  }

  async #set(workspace_id: string, own: OwnLimits): Promise<void> {
    const { store, apply, log } = this.#deps;
    await this.#look();
    const { [workspace_id]: _before, ...others } = this.#file.workspaces ?? {};
    const workspaces = Object.keys(own).length === 0 ? others : { ...others, [workspace_id]: own };
    const file = { ...this.#file, workspaces };
    try {
      // Whoever wrote what cannot be read would lose it.
      if (this.#faults.length > 0) throw new Error(`it has faults, which must be mended first: ${this.#faults[0]}`);
      await store.write(`${JSON.stringify(file, null, 2)}\n`);
      this.#stamp = await store.stamp();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ProblemError("limits_unwritable", `Cannot set limits for "${workspace_id}" in ${store.name}: ${why}`);
    }
    this.#file = file;
    apply(file);
    log("limits_set", { workspace_id, ...own });
  }

  /** Never rejects: what cannot be read is a fault like any other. */
  async #look(): Promise<void> {
    const { store, apply, log } = this.#deps;
    let found: LimitsFile | { faults: string[] };
    // That there is no file at start is nothing to tell of.
    let silent = false;
    try {
      const stamp = await store.stamp();
      if (stamp === this.#stamp) return;
      silent = stamp === null && this.#stamp === undefined;
      found = stamp === null ? {} : (await check()).parseLimits(await store.read());
      this.#stamp = stamp;
    } catch (error) {
      found = { faults: [`it cannot be read: ${error instanceof Error ? error.message : error}`] };
    }
    if ("faults" in found) return this.#refuse(found.faults);
    this.#faults = [];
    this.#file = found;
    apply(found);
    if (!silent) log("limits_loaded", { file: store.name, workspaces: Object.keys(found.workspaces ?? {}).length });
  }

  #refuse(faults: string[]): void {
    const { store, log } = this.#deps;
    // At start they are told by the start that fails.
    if (this.#started && faults.join() !== this.#faults.join()) log("limits_refused", { file: store.name, faults });
    this.#faults = faults;
  }

  /** One at a time, in order. */
  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }
}

/** Loaded for the first file: the schemas are slower to load than all that a start without one needs. */
function check() {
  return lazyImport<typeof import("./limits_check.ts")>(import.meta.resolve("./limits_check.ts"));
}
