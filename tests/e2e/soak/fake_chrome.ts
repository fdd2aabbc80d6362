/** The extension APIs of a browser, for the built scripts in a page: what they store and connect works, the rest does nothing. */

type Listener = (...args: never[]) => void;

/** An event of a browser. */
export class Event_ {
  readonly #listeners = new Set<Listener>();
  readonly addListener = (listener: Listener) => void this.#listeners.add(listener);
  readonly removeListener = (listener: Listener) => void this.#listeners.delete(listener);
  readonly hasListener = (listener: Listener) => this.#listeners.has(listener);
  emit(...args: unknown[]): void {
    for (const listener of this.#listeners) listener(...args as never[]);
  }
}

/** One end of a port. */
export class Port {
  readonly onMessage = new Event_();
  readonly onDisconnect = new Event_();
  other: Port | null = null;

  constructor(readonly name: string, readonly sender: { url: string }) {}

  postMessage(message: unknown): void {
    if (!this.other) throw new Error("Attempting to use a disconnected port object");
    const { onMessage } = this.other;
    queueMicrotask(() => onMessage.emit(structuredClone(message)));
  }

  disconnect(): void {
    const { other } = this;
    this.other = null;
    if (!other) return;
    other.other = null;
    other.onDisconnect.emit(other);
  }
}

/** A storage area that outlives the background. */
export class Area {
  readonly items: Record<string, unknown> = {};
  readonly get = (keys: string | string[]) =>
    Promise.resolve(structuredClone(Object.fromEntries([keys].flat().map((key) => [key, this.items[key]]))));
  readonly set = (items: object) => Promise.resolve(void Object.assign(this.items, structuredClone(items)));
  readonly remove = (keys: string | string[]) => {
    for (const key of [keys].flat()) delete this.items[key];
    return Promise.resolve();
  };
}

/**
 * An object with the given members. Every other member is an event where its name begins with "on", else a function that
 * resolves to nothing, with such members of its own.
 */
export function permissive(members: Record<string, unknown>): unknown {
  const known = new Map<string | symbol, unknown>(Object.entries(members));
  return new Proxy(() => Promise.resolve(), {
    get(_, name) {
      if (name === "then" || typeof name === "symbol") return undefined;
      if (!known.has(name)) known.set(name, /^on[A-Z]/.test(name) ? new Event_() : permissive({}));
      return known.get(name);
    },
  });
}
