/** Modules that load when they are first needed, so that the service answers its first request earlier. */

/**
 * Imports a module when this is called. Deno reads the module of a literal `import("./x.ts")`, and all that it imports,
 * before the first line of the program runs: see https://github.com/denoland/deno/issues/23149.
 *
 * @param url from `import.meta.resolve()`. The caller names the module's type.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lazyImport } from "./lazy_import.ts";
 *
 * const { createLog } = await lazyImport<typeof import("./log.ts")>(import.meta.resolve("./log.ts"));
 * assert.equal(typeof createLog, "function");
 * ```
 */
export async function lazyImport<Module>(url: string): Promise<Module> {
  const retry = failures.get(url) ?? 0;
  try {
    return await import(retry === 0 ? url : `${url}?retry=${retry}`);
  } catch (error) {
    failures.set(url, retry + 1);
    throw error;
  }
}

/** Failed imports by URL. Deno remembers a module that it could not read, so a retry needs another URL. */
const failures = new Map<string, number>();

/**
 * A value that is loaded on first use. After a failure the next use tries again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Lazy } from "./lazy_import.ts";
 *
 * const answer = new Lazy(() => Promise.resolve(42), console.error);
 * assert.equal(answer.value, undefined);
 * assert.equal(await answer.load(), 42);
 * assert.equal(answer.value, 42);
 * ```
 */
export class Lazy<T> {
  readonly #load: () => Promise<T>;
  readonly #failed: (error: unknown) => void;
  #loading: Promise<T> | undefined;
  #value: T | undefined;

  /** @param failed is called with the error of each failed load. */
  constructor(load: () => Promise<T>, failed: (error: unknown) => void) {
    this.#load = load;
    this.#failed = failed;
  }

  /** The value once it is loaded. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Loads the value, unless it is loaded or loading. */
  load(): Promise<T> {
    return this.#loading ??= this.#load().then((value) => this.#value = value, (error) => {
      this.#loading = undefined;
      this.#failed(error);
      throw error;
    });
  }

  /**
   * Calls `use` with the value, synchronously where it is loaded; calls `unavailable` if it cannot be loaded.
   *
   * @returns while the value is loading, a promise that rejects if the function that it calls throws.
   */
  use(use: (value: T) => void, unavailable: () => void): Promise<void> | void {
    if (this.#value === undefined) return this.load().then(use, unavailable);
    // Without `return`: a function that returns nothing may, to the types, return anything.
    use(this.#value);
  }

  /** Calls `use` if the value is loaded or loading; resolves when `use` has ended. */
  async useIfStarted(use: (value: T) => unknown): Promise<void> {
    const value = await this.#loading?.catch(() => undefined);
    if (value !== undefined) await use(value);
  }
}
