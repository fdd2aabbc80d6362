/** Settles attempts whose responses are garbage-collected unread. Otherwise their reservations would stay. */
import { type IndexedMember, IndexedSet } from "../../core/indexed_set.ts";
import type { Attempt } from "../../attempts/attempt.ts";

/** Referenced by everything through which a response can be read. Once it is collected, the response cannot be. */
export interface ReadHandle extends IndexedMember {
  readonly attempt: Attempt;
  /** The whole body is being read, so the end will be reported. */
  isReading: boolean;
}

/**
 * Handles of new responses. Registering one with the finalizer costs more than everything else that is done with a response,
 * and most responses are read immediately. So it is registered in the next turn of the event loop, if it is still unread.
 */
const fresh = new IndexedSet<ReadHandle>();

const collected = new FinalizationRegistry<Attempt>((attempt) => attempt.dropped());

/** Missing in some runtimes: there each handle is registered immediately. */
const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/** Watches a new response. */
export function watchUnread(handle: ReadHandle): void {
  if (!setImmediate) return collected.register(handle, handle.attempt);
  if (fresh.size === 0) setImmediate(registerFresh);
  fresh.add(handle);
}

/** The response was read and its attempt is settled. */
export function unwatchUnread(handle: ReadHandle): void {
  fresh.delete(handle);
}

function registerFresh(): void {
  for (const handle of fresh.members()) if (!handle.isReading) collected.register(handle, handle.attempt);
  fresh.clear();
}
