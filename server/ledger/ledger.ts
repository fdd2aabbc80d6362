/** The port of the ledger: one durable row for each attempt, kept permanently. */
import type { Notice } from "../../shared/api.ts";
import type { AttemptPart } from "../../shared/attempt_fields.ts";
import type { UsdNanos } from "../../shared/money/money.ts";
import type { TokenUsage } from "../../shared/usage.ts";

/** A finished attempt. Its fields are those of `ATTEMPT_FIELDS`. */
export type AttemptRow = AttemptPart<"plan" | "result" | "tracker">;

/**
 * An admin's reset. A rebuild applies it again: it clears the attempts that were appended before it, whenever they
 * started, so an attempt in flight at the reset still counts. Files older than 2026-12 also contain rows of the scope
 * `day of <model>`. They are not read: the `day` row that follows them clears the same attempts.
 */
export interface ResetRow {
  id: string;
  workspace_id: string;
  scope: "minute" | "day";
  at_ms: number;
}

/** Calls that the service refused, alike in everything but the second: no attempt follows them. */
export interface RefusalRow {
  id: string;
  workspace_id: string;
  /** When the last of them was refused. */
  at_ms: number;
  model: string | null;
  app: string | null;
  key_id: string | null;
  endpoint: string;
  /** How many. */
  calls: number;
}

/** One entry of the ledger. Entries keep the order in which they are appended. */
export type LedgerEntry =
  | { kind: "attempt"; row: AttemptRow }
  | { kind: "reset"; row: ResetRow }
  | { kind: "notice"; row: Notice }
  | { kind: "refusals"; row: RefusalRow };

/** The counts of one model in one second of one workspace, by both of its names. */
export interface SecondCount {
  workspace_id: string;
  requested_model: string | null;
  model: string | null;
  /** Whole epoch seconds. */
  second: number;
  requests: number;
  tokens: number;
}

/** The counts of one model in the day of one workspace. */
export type DayCount = Omit<SecondCount, "second">;

/** The usage of one model in a time span of one workspace. */
export interface ModelUsage extends TokenUsage {
  workspace_id: string;
  model: string | null;
  calls: number;
  attempts: number;
  failed: number;
  estimated_calls: number;
  /** Tokens that attempts of unknown usage take from limits. */
  charged_tokens: number;
  /** Attempts that count toward limits of requests. */
  requests: number;
}

/** An attempt whose call may have another attempt, or is itself a retry. */
export type UnfinishedAttempt = Pick<AttemptRow, "id" | "call_id" | "workspace_id" | "retry">;

/** The money of one app, run and model in a time span of one workspace. */
export interface SpendCount extends Pick<SecondCount, "workspace_id" | "requested_model" | "model"> {
  app: string | null;
  run: string | null;
  /** Costs, and what is charged in place of unknown ones. */
  spent: UsdNanos;
  /** Attempts of unknown cost. In a correction, by how many there are more. */
  unpriced: number;
}

/** The money of a time span, and the place up to which it has the costs that another process has corrected. */
export interface Spend {
  counts: SpendCount[];
  corrections_place: number;
}

/** A cost that another process has corrected in the ledger. */
export interface SpendCorrection extends Omit<SpendCount, "spent"> {
  started_at_ms: number;
  /** The attempt's place in the order of appends. */
  attempt_place: number;
  /** The correction's own place in the order of corrections. */
  place: number;
  /** What it adds to the spend: negative for a lower cost. */
  difference: UsdNanos;
}

/** The data from which the counters are rebuilt at start. */
export interface RebuildData {
  /** Per second since `since_ms`, without the attempts that a `minute` reset has cleared. */
  seconds: SecondCount[];
  /** Per workspace since `day_start_ms`, by both names of each model; resets are not applied. */
  day: (ModelUsage & Pick<SecondCount, "requested_model">)[];
  /**
   * For each workspace whose day was reset since `day_start_ms`, the counts per model of the attempts that were appended
   * after the latest reset. A workspace without such attempts has one entry with zeros.
   */
  since_day_resets: DayCount[];
  /** Since `since_ms`; the first attempt of a call comes before its retries. */
  unfinished: UnfinishedAttempt[];
  /** Every workspace that ever had an attempt. */
  workspaces: string[];
  /** The place of the last attempt in the order of appends; 0 without any. */
  last_place: number;
}

/**
 * The kind of fault: `unavailable` for now (or not supported by this version), `unwritable` folder or file, `corrupt`
 * file, `full` disk or queue, `in_use` by another process, `invalid` entry (the store itself works).
 */
export type LedgerErrorCode = "unavailable" | "unwritable" | "corrupt" | "full" | "in_use" | "invalid";

/** Thrown by the methods of {@link Ledger}. */
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

/** Receives an entry and its outcome: the value that {@link Ledger.append} resolves with, or the error that it throws. */
export type OnWritten = (entry: LedgerEntry, outcome: boolean | Error) => void;

/** Receives the reason of a problem, or `null` at its end. */
export type ProblemListener = (reason: string | null) => void;

export interface Ledger {
  /**
   * Appends an entry. Resolves after the commit: `true` for a new entry, `false` for a duplicate id, which changes
   * nothing.
   *
   * @throws {LedgerError} when the entry is not in the ledger.
   */
  append(entry: LedgerEntry): Promise<boolean>;
  /**
   * Appends an entry that no caller waits for: within 100 ms, so that many entries share one commit. Entries of
   * `append` and `write` keep one order. `onWritten` is called once, never before this method returns. Pass the same
   * function for all entries to save a closure for each.
   */
  write(entry: LedgerEntry, onWritten: OnWritten): void;
  /** The data to rebuild the counters: seconds since `since_ms`, the day since `day_start_ms`. */
  rebuild(since_ms: number, day_start_ms: number): Promise<RebuildData>;
  /**
   * The money of the attempts that started in [from_ms, to_ms), up to a place in the order of appends. It scans them: ask
   * for short spans.
   */
  spend(from_ms: number, to_ms: number, last_place: number): Promise<Spend>;
  /**
   * Some corrections after a place, of attempts that started at `from_ms` or later.
   *
   * @returns with the place up to which they were looked for: the same one if there are none.
   */
  corrections(after: number, from_ms: number): Promise<{ place: number; corrections: SpendCorrection[] }>;
  /**
   * The usage of one workspace in [from_ms, to_ms) per model, in no particular order. `from_ms` is the start of a
   * quarter hour, as midnight is in every zone; a `to_ms` inside a quarter hour includes all of it.
   */
  usage(workspace_id: string, from_ms: number, to_ms: number): Promise<ModelUsage[]>;
  /** A workspace's notices, the last appended first. */
  notices(workspace_id: string, limit: number): Promise<Notice[]>;
  /**
   * A page of one workspace's attempts, the last started first.
   *
   * @param before the id of the last attempt of the page before. No attempts precede an id that the ledger does not have.
   */
  attempts(workspace_id: string, limit: number, before?: string): Promise<AttemptRow[]>;
  /**
   * Deletes a batch of the oldest attempts that started before `before_ms`, rounded down to a quarter hour. Sums and
   * workspaces stay.
   *
   * @returns how many were deleted; 0 when there are none left.
   */
  prune(before_ms: number): Promise<number>;
  /**
   * Calls `listener` when a person must act although the ledger accepts entries, with the reason as a sentence without a
   * full stop: another program locks its file, its file was deleted, … It is called with `null` when that has passed.
   */
  onProblem(listener: ProblemListener): void;
  /** Commits the waiting entries, then closes. Idempotent. */
  close(): Promise<void>;
}
