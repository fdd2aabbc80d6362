/** A port that people can remember, or the next one that is free. */

const TRIES = 20;

/**
 * The first free loopback port from `wanted` on.
 *
 * @throws {Deno.errors.AddrInUse} when twenty in a row are taken.
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
