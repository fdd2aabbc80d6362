/** Tells of responses that their callers let go of without reading them, so that no attempt stays open for ever. */
import { type IndexedMember, IndexedSet } from "../../core/indexed_set.ts";
import type { Attempt } from "../../attempts/attempt.ts";

/**
 * What every way to a response's bytes holds on to. When it is gone, nobody can tell any more how the attempt ended.
 */
export interface Reading extends IndexedMember {
  readonly attempt: Attempt;
  /** Somebody reads all of it in one go: its end will be told. */
  whole: boolean;
}

/**
 * A finalizer costs a call of the SDK's more than all else that is done with its response, and hardly any needs one: it
 * reads at once. So the first look comes a turn of the loop later.
 */
const fresh = new IndexedSet<Reading>();

const dropped = new FinalizationRegistry<Attempt>((attempt) => attempt.dropped());

/** Not in every runtime: without it nothing is put off. */
const later = (globalThis as { setImmediate?: (look: () => void) => unknown }).setImmediate;

/** Watches a response that has just come. */
export function watchDrop(reading: Reading): void {
  if (!later) return dropped.register(reading, reading.attempt);
  if (fresh.size === 0) later(look);
  fresh.add(reading);
}

/** It has been read, and its end told. */
export function endDrop(reading: Reading): void {
  fresh.delete(reading);
}

function look(): void {
  for (const reading of fresh.members()) if (!reading.whole) dropped.register(reading, reading.attempt);
  fresh.clear();
}
