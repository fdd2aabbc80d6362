/** Waiting for what another process or a browser does: the event itself, never a span of time. */

const POLL_MS = 50;

/**
 * Tries a check until it passes.
 *
 * @param check throws while what it looks for is not there yet; its value is answered.
 * @param within_ms after which its last failure is thrown.
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
