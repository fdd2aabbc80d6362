/** A timer that does not keep the program alive, in any runtime. */

const runtime = globalThis as { Deno?: { unrefTimer(timer: number): void } };

/** Calls `fn` once after `ms` milliseconds. Returns a function that cancels it. */
export function afterUnref(ms: number, fn: () => void): () => void {
  const timer: unknown = setTimeout(fn, ms);
  if (typeof timer === "number") runtime.Deno?.unrefTimer(timer);
  else (timer as { unref?(): void }).unref?.();
  return () => clearTimeout(timer as number);
}
