/** The port of the ledger: one durable row for each attempt, kept for ever. */
import type { Notice } from "../../shared/api.ts";
import type { AttemptPart } from "../../shared/attempt_fields.ts";
import type { TokenUsage } from "../../shared/usage.ts";

/** A finished attempt. Its fields are those of `ATTEMPT_FIELDS`. */
export type AttemptRow = AttemptPart<"plan" | "result" | "tracker">;

/**
 * An admin's reset. The counters it set back are kept, so that a rebuild subtracts them again. A `minute` reset clears
 * the attempts that were appended before it, whenever they started: one in flight at the reset still counts. A `day`
 * reset is one row for the workspace, after one for each model that had counted by then: {@link dayOfModel}.
 */
export interface ResetRow {
  id: string;
  workspace_id: string;
  scope: "minute" | "day" | ModelDay;
  at_ms: number;
  /** What the day had counted when it was reset (zero for the minute, which is rebuilt from rows after the reset). */
  baseline_requests: number;
  baseline_tokens: number;
}

/** The scope of what a day's reset set back of one model. */
export type ModelDay = `${typeof OF_MODEL}${string}`;

const OF_MODEL = "day of ";

/**
 * The scope for a model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dayOfModel, modelOfDay } from "./ledger.ts";
 *
 * assert.equal(modelOfDay(dayOfModel("gpt-5.4")), "gpt-5.4");
 * assert.equal(modelOfDay("day"), null);
 * ```
 */
export function dayOfModel(model: string): ModelDay {
  return `${OF_MODEL}${model}`;
}

/** The model of such a scope; `null` for the others. */
export function modelOfDay(scope: ResetRow["scope"]): string | null {
  return scope.startsWith(OF_MODEL) ? scope.slice(OF_MODEL.length) : null;
}

/** One thing to make durable. Appends keep their order. */
export type LedgerEntry =
  | { kind: "attempt"; row: AttemptRow }
  | { kind: "reset"; row: ResetRow }
  | { kind: "notice"; row: Notice };

/** What one second of one workspace counted, of one model. */
export interface SecondCount {
  workspace_id: string;
  model: string | null;
  /** Whole epoch seconds. */
  second: number;
  requests: number;
  tokens: number;
}

/** What a workspace's calls consumed in a span, per model. */
export interface ModelUsage extends TokenUsage {
  workspace_id: string;
  model: string | null;
  calls: number;
  attempts: number;
  failed: number;
  estimated_calls: number;
}

/** An attempt after which its call may go on: it was none that ended well at once. */
export type UnfinishedAttempt = Pick<AttemptRow, "id" | "call_id" | "workspace_id" | "retry">;

/** What the counters are rebuilt from at start. */
export interface RebuildData {
  /** Per second since `since_ms`, without what a `minute` reset has cleared. */
  seconds: SecondCount[];
  /** Per workspace since `day_start_ms`, resets not subtracted. */
  day: ModelUsage[];
  /** What days were set back since `day_start_ms`: the latest of each workspace, and of each model in it. */
  day_resets: ResetRow[];
  /** Those since `since_ms`, the first of a call before its others. */
  unfinished: UnfinishedAttempt[];
  /** Every workspace that ever had an attempt. */
  workspaces: string[];
}

/**
 * What is wrong: `unavailable` for now (or by this version), `unwritable` folder or file, `corrupt` file, `full` disk or
 * queue, `in_use` by another process, `invalid` entry (that one alone; the store is well).
 */
export type LedgerErrorCode = "unavailable" | "unwritable" | "corrupt" | "full" | "in_use" | "invalid";

/** Raised by {@link Ledger} methods when the store cannot do its work. */
export class LedgerError extends Error {
  override name = "LedgerError";
  constructor(
    readonly code: LedgerErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Told what became of an entry: what {@link Ledger.append} resolves with, or the error that it throws. */
export type Ended = (entry: LedgerEntry, outcome: boolean | Error) => void;

export interface Ledger {
  /**
   * Makes an entry durable. Resolves after the commit: `true` when it was new, `false` when its id was there already
   * (then nothing changed).
   *
   * @throws {LedgerError} when it cannot be made durable; it is then not in the ledger.
   */
  append(entry: LedgerEntry): Promise<boolean>;
  /**
   * Makes an entry durable that nobody waits for: it may lie for 20 ms after the commit before, so that many share
   * one. In one order with what is appended. `ended` is told once, later; one for all entries makes them cheap.
   */
  write(entry: LedgerEntry, ended: Ended): void;
  /** What the counters are rebuilt from: seconds since `since_ms`, the day since `day_start_ms`. */
  rebuild(since_ms: number, day_start_ms: number): Promise<RebuildData>;
  /**
   * Per model in [from_ms, to_ms) for one workspace, in no order. `from_ms` is a quarter hour's start, as every zone's
   * midnight is; a `to_ms` inside a quarter hour takes in the whole of it.
   */
  usage(workspace_id: string, from_ms: number, to_ms: number): Promise<ModelUsage[]>;
  /** The last appended first. */
  notices(workspace_id: string, limit: number): Promise<Notice[]>;
  /**
   * A page of one workspace's attempts, the last started first.
   *
   * @param before the id of the last attempt of the page before. No attempts precede an id that the ledger does not have.
   */
  attempts(workspace_id: string, limit: number, before?: string): Promise<AttemptRow[]>;
  /** Commits what is waiting, then closes. Idempotent. */
  close(): Promise<void>;
}
