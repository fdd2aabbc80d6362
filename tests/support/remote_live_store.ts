/** Simulates a live store elsewhere: the same answers, each one turn of the event loop later. */
import type { ImmediateLiveStore, LiveStore } from "../../server/live/live_store.ts";

/** @param failing called before each answer; if it returns an error, the call rejects with it. */
export function remoteLiveStore(store: ImmediateLiveStore, failing: () => Error | null = () => null): LiveStore {
  const later = async <T>(answer: () => T): Promise<T> => {
    await Promise.resolve();
    const error = failing();
    if (error) throw error;
    return answer();
  };
  return {
    open: (id) => store.open(id),
    close: (slot) => later(() => store.close(slot)),
    reserve: (...args) => later(() => store.reserve(...args)),
    settle: (...args) => later(() => store.settle(...args)),
    release: (...args) => later(() => store.release(...args)),
    count: (...args) => later(() => store.count(...args)),
    snapshot: (...args) => later(() => store.snapshot(...args)),
    reset: (...args) => later(() => store.reset(...args)),
    rebuild: (...args) => later(() => store.rebuild(...args)),
  };
}
