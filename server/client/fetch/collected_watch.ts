/** Notices objects that are garbage-collected before they were used. */
import { type IndexedMember, IndexedSet } from "../../core/indexed_set.ts";

/** Missing in some runtimes: there each object is registered immediately. */
const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/**
 * Registering an object with the finalizer costs more than everything else that is done with a call, and most objects are
 * used immediately. So it is registered in the next turn of the event loop, if it is still watched.
 */
export class CollectedWatch<M extends IndexedMember, Held extends object> {
  readonly #fresh = new IndexedSet<M>();
  readonly #held: (member: M) => Held | null;
  readonly #registry: FinalizationRegistry<Held>;
  /** Fresh members are registered at the end of this turn. One time for many calls: they can follow in one turn. */
  #isScheduled = false;

  /**
   * @param held the part of an object that outlives it; `null` if it is in use.
   * @param collected receives that part when the object is collected.
   */
  constructor(held: (member: M) => Held | null, collected: (held: Held) => void) {
    this.#held = held;
    this.#registry = new FinalizationRegistry(collected);
  }

  /** Watches a new object. */
  watch(member: M): void {
    if (!setImmediate) return this.#register(member);
    this.#fresh.add(member);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#registerFresh());
  }

  /** The object was used. If it is registered already, its held part must ignore the collection. */
  unwatch(member: M): void {
    this.#fresh.delete(member);
  }

  #registerFresh(): void {
    this.#isScheduled = false;
    for (const member of this.#fresh.members()) this.#register(member);
    this.#fresh.clear();
  }

  #register(member: M): void {
    const held = this.#held(member);
    if (held) this.#registry.register(member, held);
  }
}
