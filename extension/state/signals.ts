/**
 * What the widget uses of `@preact/signals`, in a fifth of its size: its build alone puts this in the original's place,
 * since the original is a fifth of what the widget may weigh in somebody else's page; the popup and the options page
 * have the original. A component that reads a signal while it renders is rendered again when the signal changes. What
 * is not here (`computed`, `batch`, `useSignal`) fails the build by name.
 */
import { options } from "preact";

/** Who is told that a signal has changed: a component, or an effect. */
interface Reader {
  setState(state: Record<never, never>): void;
}

/** When a signal gets its first reader, and when it has lost its last. */
export interface SignalOptions {
  watched?(): void;
  unwatched?(): void;
}

export class Signal<T> {
  readonly #readers = new Set<Reader>();
  readonly #options: SignalOptions;
  #value: T;

  constructor(value: T, options: SignalOptions = {}) {
    this.#value = value;
    this.#options = options;
  }

  get value(): T {
    if (current) this.#read(current);
    return this.#value;
  }

  set value(value: T) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const reader of [...this.#readers]) reader.setState({});
  }

  /** The value, without becoming a reader. */
  peek(): T {
    return this.#value;
  }

  /** Calls back with the value, at once and on each change, until the returned function is called. */
  subscribe(callback: (value: T) => void): () => void {
    const reader: Reader = { setState: () => callback(this.#value) };
    this.#add(reader);
    callback(this.#value);
    return () => this.drop(reader);
  }

  /** The reader reads no more. */
  drop(reader: Reader): void {
    if (this.#readers.delete(reader) && this.#readers.size === 0) this.#options.unwatched?.();
  }

  #read({ reader, seen }: Rendering): void {
    seen.add(this);
    this.#add(reader);
  }

  #add(reader: Reader): void {
    if (this.#readers.has(reader)) return;
    this.#readers.add(reader);
    if (this.#readers.size === 1) this.#options.watched?.();
  }
}

/** A new signal. */
export function signal<T>(value: T, options?: SignalOptions): Signal<T> {
  return new Signal(value, options);
}

/** Runs `run`, and runs it again whenever a signal changes that it has read, until the returned function is called. */
export function effect(run: () => void): () => void {
  const reader: Reader = {
    setState() {
      const outer = current;
      current = { reader, seen: new Set() };
      try {
        run();
      } finally {
        settle();
        current = outer;
      }
    },
  };
  reader.setState({});
  return () => leave(reader);
}

/** A component or an effect in its run, and what it has read so far. */
interface Rendering {
  reader: Reader;
  seen: Set<Droppable>;
}

/** A signal, whatever it holds. */
type Droppable = Pick<Signal<unknown>, "drop">;

let current: Rendering | null = null;
const reads = new WeakMap<Reader, Set<Droppable>>();

/** The render that was going on has ended: what it no longer reads no longer renders it. */
function settle(): void {
  if (!current) return;
  const { reader, seen } = current;
  current = null;
  for (const old of reads.get(reader) ?? []) if (!seen.has(old)) old.drop(reader);
  reads.set(reader, seen);
}

/** A reader that will never run again: what it has read forgets it. */
function leave(reader: Reader): void {
  reads.get(reader)?.forEach((signal) => signal.drop(reader));
}

/** A node of Preact's, and its component under the name that Preact's own packages know it by. */
interface Node {
  __c?: Reader | null;
}

/** Preact's hooks; `__r`, before a render, again by the name that its own packages use. */
const hooks = options as { __r?(node: Node): void; diffed?(node: Node): void; unmount?(node: Node): void };
const { __r: onRender, diffed: onDiffed, unmount: onUnmount } = hooks;

hooks.__r = (node) => {
  settle(); // Children render inside their parent's turn, once its own render has returned.
  onRender?.(node);
  if (node.__c) current = { reader: node.__c, seen: new Set() };
};
hooks.diffed = (node) => {
  settle();
  onDiffed?.(node);
};
hooks.unmount = (node) => {
  settle();
  if (node.__c) leave(node.__c);
  onUnmount?.(node);
};
