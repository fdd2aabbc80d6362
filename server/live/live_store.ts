/**
 * The live store: the used and reserved counts of each workspace, in the rolling minute and the calendar day, in total and
 * per model. Every store implements this port. One in this process answers immediately, one elsewhere with a promise.
 *
 * Each method is atomic over all counters that it touches. Stores read no clock: every method takes the time.
 */
import type { Limits, Remaining } from "../core/limits.ts";
import type { WorkspaceLimits } from "../core/workspace_limits.ts";
import type { MeterName } from "../../shared/meters.ts";

/** A value, or a promise of it from a store elsewhere. */
export type Awaitable<T> = T | Promise<T>;

/** A store's handle of a workspace. Its content is private to that store. */
export type Slot = object;

/** The reservation of one attempt in flight. Its content is private to its store. */
export interface Hold {
  /** When it was reserved: the attempt counts in that second and on that day. */
  readonly at_ms: number;
  /** Tokens reserved. */
  readonly tokens: number;
  /** What it left, by the tightest of the limits that cover it: the workspace's and its model's. */
  readonly remaining: Remaining;
}

/** The names of an attempt's model. The limits of both cover it. Without any name it counts toward no model. */
export interface ModelNames {
  /** As requested; `null` where the request names none. */
  model: string | null;
  /** As the answer names it, or is expected to; `null` where that is unknown. */
  answered: string | null;
}

/** An attempt that is about to be sent. */
export interface Reservation extends ModelNames {
  tokens: number;
  now_ms: number;
  limits: WorkspaceLimits;
  /** Whether a full limit refuses; else it is counted beyond the limit. */
  enforce: boolean;
}

/** The end of a reserved attempt, which counts under these names from now on. */
export interface Ending extends ModelNames {
  /** Tokens that it takes from limits. */
  tokens: number;
  now_ms: number;
}

/** One ended attempt without a reservation. */
export interface Count extends Ending {
  /** When it was sent. An instant after `now_ms` counts as `now_ms`. */
  at_ms: number;
  limits: WorkspaceLimits;
  /** 0 for an attempt that takes no request of the limits; 1 where it is omitted. */
  requests?: number;
}

/** The state of one limit. */
export interface Reading {
  used: number;
  reserved: number;
  /** The window's end, when nothing is used any more. Epoch milliseconds. */
  resets_at_ms: number;
  /** When there is room for one more. Epoch milliseconds; the time of the reading where there is room now. */
  available_at_ms: number;
}

/** The four limits of a workspace or of a model; `null` where there is no such limit. */
export type Readings = Readonly<Record<MeterName, Reading | null>>;

/** The full limit because of which nothing was reserved. */
export interface FullLimit {
  readonly full: MeterName;
  /** The model whose limit it is, by the name that the limit has; `null` for the workspace's own. */
  readonly model: string | null;
  /** All limits of that workspace or model, with their states. */
  readonly limits: Limits;
  readonly readings: Readings;
  /** When there is room for this attempt, in epoch milliseconds. */
  readonly opens_at_ms: number;
}

/** The state of a workspace. */
export interface Snapshot {
  workspace: Readings;
  /** Of each model that has limits, also where nothing has been counted, in the order of the limits. */
  models: { model: string; readings: Readings }[];
  /** When time alone changes the minute next; `Infinity` when nothing is in it. Epoch milliseconds. */
  changes_at_ms: number;
}

/** Until a store elsewhere has answered for the first time, no meter is shown. */
export const NO_METERS: Snapshot = {
  workspace: { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null },
  models: [],
  changes_at_ms: Infinity,
};

/** Requests and tokens of one model. */
interface ModelCount extends ModelNames {
  requests: number;
  tokens: number;
}

/** The counts of a workspace in the ledger. */
export interface KeptCounts {
  /** By whole epoch seconds. */
  seconds: readonly (ModelCount & { second: number })[];
  /** Since the day began, or since its last reset. */
  day: readonly ModelCount[];
  now_ms: number;
  limits: WorkspaceLimits;
}

/** Counters of many workspaces. */
export interface LiveStore {
  /**
   * The slot of a workspace. Call it once for a workspace and keep the slot, so that a call needs no search. A slot that
   * never counts anything takes no room.
   */
  open(workspace_id: string): Slot;
  /** Gives up a slot that holds nothing, with all its counts. It is not used again. */
  close(slot: Slot): Awaitable<void>;
  /**
   * Holds one request and the tokens, in the workspace and for its model, when every limit of both has room; else holds
   * nothing. More tokens than a whole limit pass where no tokens are used, or such an attempt could never run.
   */
  reserve(slot: Slot, reservation: Reservation): Awaitable<Hold | FullLimit>;
  /** Replaces a hold with the attempt's use. A hold that has ended is ignored. */
  settle(hold: Hold, ending: Ending): Awaitable<void>;
  /** Releases a hold, because nothing was sent. A hold that has ended is ignored. */
  release(hold: Hold, now_ms: number): Awaitable<void>;
  /** Counts an attempt that was not reserved here. */
  count(slot: Slot, count: Count): Awaitable<void>;
  snapshot(slot: Slot, now_ms: number, limits: WorkspaceLimits): Awaitable<Snapshot>;
  /** Clears the used counts of the window, of the workspace and of all its models. Attempts under way stay reserved. */
  reset(slot: Slot, window: "minute" | "day", now_ms: number): Awaitable<void>;
  /** Adds the ledger's counts, at the start, before anything is reserved. */
  rebuild(slot: Slot, kept: KeptCounts): Awaitable<void>;
}

/** A store that answers immediately. */
export type ImmediateLiveStore = {
  [Method in keyof LiveStore]: (
    ...args: Parameters<LiveStore[Method]>
  ) => Exclude<ReturnType<LiveStore[Method]>, Promise<unknown>>;
};

/**
 * Models counted in a workspace; one that answers under two names counts as two. When one more is used, the model that
 * was used longest ago gives up its counters, if it has no limits and nothing in the minute; if there is no such model,
 * the new one is counted in the workspace alone, or under the names of the limits that cover it.
 */
export const MAX_MODELS = 32;

/**
 * Calls a function with a value: immediately if the value is there, else when its promise resolves.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { whenReady } from "./live_store.ts";
 *
 * assert.equal(whenReady(20, (value) => value + 1), 21);
 * assert.equal(await whenReady(Promise.resolve(20), (value) => value + 1), 21);
 * ```
 */
export function whenReady<T, R>(value: Awaitable<T>, use: (value: T) => R): Awaitable<Awaited<R>> | R {
  return value instanceof Promise ? value.then(use) as Promise<Awaited<R>> : use(value);
}

/** Whether a reservation was refused. */
export function isFullLimit(answer: Hold | FullLimit): answer is FullLimit {
  return "full" in answer;
}
