/** Finds a free port, starting at a given one. */

const TRIES = 20;

/**
 * The first free loopback port, starting at `wanted`.
 *
 * @throws {Deno.errors.AddrInUse} when twenty ports in a row are taken.
 */
export function firstFreePort(wanted: number): number {
  for (let port = wanted; port < wanted + TRIES; port++) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Deno.errors.AddrInUse(`Cannot find a free port: ${wanted} to ${wanted + TRIES - 1} are taken`);
}
