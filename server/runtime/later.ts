/**
 * What is loaded when it is first wanted: the service answers its first call without the pages, and they are there before a
 * person has typed their address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { later } from "./later.ts";
 *
 * const answer = later(() => Promise.resolve(42));
 * assert.equal(answer.loaded, undefined);
 * assert.equal(await answer(), 42);
 * ```
 */
export function later<T>(load: () => Promise<T>): (() => Promise<T>) & { loaded?: Promise<T> } {
  const get = () => get.loaded ??= load();
  get.loaded = undefined as Promise<T> | undefined;
  return get;
}
