/** Time as the service sees it: injected once at `main.ts`, never read from the world by the rules. */
export interface Clock {
  /** Epoch milliseconds; never runs backward. */
  now(): number;
  /** Calls `fn` each `ms`; returns how to stop. */
  every(ms: number, fn: () => void): () => void;
  /** Calls `fn` once after `ms`; returns how to cancel. */
  after(ms: number, fn: () => void): () => void;
}
