/** Waits for an event in another process or a browser, not for a fixed time. */

const POLL_MS = 50;

/**
 * Repeats a check until it passes.
 *
 * @param check throws until its condition holds; its value is returned.
 * @param within_ms time limit, after which the last error is thrown.
 */
export async function eventually<T>(check: () => T | Promise<T>, within_ms = 20_000): Promise<T> {
  const deadline = performance.now() + within_ms;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
