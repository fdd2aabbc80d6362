/** Questions about single attempts. */
import type { AttemptRow } from "../ledger.ts";
import type { Asked } from "./query.ts";

/** Fields whose value is asked for exactly, beside the dimensions of history. */
export const SEARCHED_FIELDS = ["error_code", "run", "call_id", "request_id"] as const;

/** A place in the order of a search. */
export interface AttemptPlace {
  started_at_ms: number;
  seq: number;
}

export interface AttemptSearch extends Asked {
  is: { [Name in (typeof SEARCHED_FIELDS)[number]]?: string };
  from_ms: number;
  to_ms: number;
  limit: number;
  /** The last attempt of the page before. */
  before?: AttemptPlace;
}

/** An attempt, with its number in the order of appends. */
export interface FoundAttempt {
  seq: number;
  row: AttemptRow;
}

/** A page of a search. */
export interface FoundPage {
  /** The last started first. */
  attempts: FoundAttempt[];
  /**
   * Where the search goes on after a page that took too long: all attempts from this place on were looked at. `null` for
   * a page with `limit` attempts, and where no more attempts match.
   */
  resume: AttemptPlace | null;
}
