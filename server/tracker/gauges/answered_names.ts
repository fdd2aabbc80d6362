/** Learns under which names models answer: gateways, deployments and snapshots give another name than was requested. */
import type { AttemptRow } from "../../ledger/ledger.ts";
import { dropOldest } from "../drop_oldest.ts";

/** Names remembered in a workspace: the newest. */
const MAX_NAMES = 200;

type Named = Pick<AttemptRow, "model" | "requested_model" | "usage_source">;

/** One workspace's names. A requested name that answers under itself takes no room. */
export class AnsweredNames {
  readonly #byRequested = new Map<string, string>();

  /**
   * The name that the next answer is expected to have: the last one's.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { AnsweredNames } from "./answered_names.ts";
   *
   * const names = new AnsweredNames();
   * assert.equal(names.expected("our-deployment"), "our-deployment");
   * names.learn("our-deployment", "gpt-5.4");
   * assert.equal(names.expected("our-deployment"), "gpt-5.4");
   * ```
   */
  expected(requested: string | null): string | null {
    if (requested === null || this.#byRequested.size === 0) return requested;
    return this.#byRequested.get(requested) ?? requested;
  }

  /** Learns the name of an answer. */
  learn(requested: string | null, answered: string | null): void {
    if (requested === null || answered === null || this.expected(requested) === answered) return;
    this.#byRequested.delete(requested);
    if (requested === answered) return;
    this.#byRequested.set(requested, answered);
    dropOldest(this.#byRequested, MAX_NAMES);
  }

  /**
   * The model of an ended attempt, which is learned if its answer named it. Refusals and lost answers have the requested
   * name, and are counted under the expected one, because they are charged to the same limits.
   */
  modelOf({ model, requested_model, usage_source }: Named): string | null {
    const requested = requested_model ?? model;
    if (model === requested && usage_source !== "counted") return this.expected(requested);
    this.learn(requested, model);
    return model;
  }
}
