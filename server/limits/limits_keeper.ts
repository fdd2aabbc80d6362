/** Keeps the limits in force equal to the limits file: at the start, when the file changes, and when an admin sets some. */
import { fileReason } from "../runtime/file_reason.ts";
import type { LimitsFile, WorkspaceSettings } from "../../shared/limits.ts";
import { StartFault } from "../config/start_fault.ts";
import type { Clock } from "../core/clock.ts";
import { ProblemError } from "../core/problem_error.ts";
import { lazyImport } from "../runtime/lazy_import.ts";
import type { Log } from "../runtime/log.ts";
import type { LimitsStore } from "./limits_file.ts";

/** The part of a {@link LimitsKeeper} that the API uses. */
export interface EditableLimits {
  /** The faults of the present file, empty if it is in force. While it has faults, the limits before it stay in force. */
  readonly faults: readonly string[];
  /**
   * Sets a workspace's own limits.
   *
   * @param isExpected whether the limits that are replaced are the ones that the caller has read.
   * @throws {ProblemError} `limits_unwritable` or `limits_changed`; then nothing has changed.
   */
  set(workspace_id: string, own: WorkspaceSettings, isExpected?: (before: WorkspaceSettings) => boolean): Promise<void>;
}

/** The parts that a {@link LimitsKeeper} uses. */
interface LimitsKeeperDeps {
  store: LimitsStore;
  log: Log;
  /** Puts limits in force. */
  apply(file: LimitsFile): void;
}

/** How often the file is checked for a change. */
const POLL_MS = 1000;

const GONE_FIX =
  "The limits of the environment apply to all workspaces. Put the file back if it was deleted by mistake.";

/** The only reader and writer of the limits file. */
export class LimitsKeeper implements EditableLimits {
  readonly #deps: LimitsKeeperDeps;
  #file: LimitsFile = {};
  /** The stamp of the text that was read last; `undefined` before the first check. */
  #stamp: string | null | undefined;
  #faults: readonly string[] = [];
  #started = false;
  #busy: Promise<void> = Promise.resolve();

  constructor(deps: LimitsKeeperDeps) {
    this.#deps = deps;
  }

  get faults(): readonly string[] {
    return this.#faults;
  }

  /**
   * Puts the limits of the file in force.
   *
   * @throws {StartFault} listing every fault of the file.
   */
  async start(): Promise<void> {
    await this.#refresh();
    this.#started = true;
    if (this.#faults.length === 0) return;
    const list = this.#faults.map((fault) => `  - ${fault}`).join("\n");
    throw new StartFault(`Cannot start: ${this.#deps.store.name} has faults.\n${list}`);
  }

  /** Checks the file for changes periodically. Returns a function that stops it. */
  watch(clock: Clock): () => void {
    return clock.every(POLL_MS, () => void this.refresh());
  }

  /** Checks the file for a change once. */
  refresh(): Promise<void> {
    return this.#queue(() => this.#refresh());
  }

  /**
   * Sets a workspace's own limits, in the file and in force. An empty object removes them. Prices that are left out stay.
   *
   * @throws {ProblemError} `limits_unwritable` or `limits_changed`; then nothing has changed.
   */
  set(
    workspace_id: string,
    own: WorkspaceSettings,
    isExpected: (before: WorkspaceSettings) => boolean = () => true,
  ): Promise<void> {
    return this.#queue(() => this.#set(workspace_id, own, isExpected));
  }

  async #set(
    workspace_id: string,
    given: WorkspaceSettings,
    isExpected: (before: WorkspaceSettings) => boolean,
  ): Promise<void> {
    const { store, apply, log } = this.#deps;
    await this.#refresh();
    const { [workspace_id]: before = {}, ...others } = this.#file.workspaces ?? {};
    if (!isExpected(before)) {
      const detail =
        `Cannot set the limits of "${workspace_id}": they have changed since they were read. Read them again`;
      throw new ProblemError("limits_changed", detail);
    }
    const own = before.prices && !given.prices ? { ...given, prices: before.prices } : given;
    const workspaces = Object.keys(own).length === 0 ? others : { ...others, [workspace_id]: own };
    const file = { ...this.#file, workspaces };
    try {
      // Writing over a file with faults would lose what its author wrote.
      if (this.#faults.length > 0) throw new Error(`fix its faults first: ${this.#faults[0]}`);
      await store.write(`${JSON.stringify(file, null, 2)}\n`);
      this.#stamp = await store.stamp();
    } catch (error) {
      const detail = `Cannot set limits for "${workspace_id}" in ${store.name}: ${fileReason(error)}`;
      throw new ProblemError("limits_unwritable", detail);
    }
    this.#file = file;
    apply(file);
    log("limits_set", { workspace_id, ...own });
  }

  /** Never rejects: a file that cannot be read is a fault like any other. */
  async #refresh(): Promise<void> {
    const { store, apply, log } = this.#deps;
    let found: LimitsFile | { faults: string[] };
    // A start without a limits file is normal, and not logged.
    let silent = false;
    try {
      const stamp = await store.stamp();
      if (stamp === this.#stamp) return;
      silent = stamp === null && this.#stamp === undefined;
      found = stamp === null ? {} : (await loadCheck()).parseLimits(await store.read());
      this.#stamp = stamp;
    } catch (error) {
      found = { faults: [`it cannot be read: ${fileReason(error)}`] };
    }
    if ("faults" in found) return this.#refuse(found.faults);
    this.#faults = [];
    this.#file = found;
    apply(found);
    if (silent) return;
    if (this.#stamp === null) log("limits_file_gone", { file: store.name, fix: GONE_FIX });
    else log("limits_loaded", { file: store.name, workspaces: Object.keys(found.workspaces ?? {}).length });
  }

  #refuse(faults: string[]): void {
    const { store, log } = this.#deps;
    // At the start, the failing start names them.
    if (this.#started && faults.join() !== this.#faults.join()) log("limits_refused", { file: store.name, faults });
    this.#faults = faults;
  }

  /** Runs one operation at a time, in order of arrival. */
  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }
}

/** Loads zod and the schemas, which takes longer than the rest of a start without a limits file. */
function loadCheck() {
  return lazyImport<typeof import("./limits_check.ts")>(import.meta.resolve("./limits_check.ts"));
}
