/** The time source, injected at `main.ts`. The rules never read the system's clock themselves. */
export interface Clock {
  /** Epoch milliseconds; never runs backward. */
  now(): number;
  /** Calls `fn` every `ms` milliseconds. Returns a function that stops it. */
  every(ms: number, fn: () => void): () => void;
  /** Calls `fn` once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, fn: () => void): () => void;
}
