/** Work whose failure must not fail its caller. */

/**
 * Runs work and catches its errors. `report` gets an error once, until the work succeeds or fails in another way, and
 * `null` when it succeeds again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const seen: (string | null)[] = [];
 * const attempt = reportOnce((why) => seen.push(why));
 * for (let i = 0; i < 3; i++) attempt(() => JSON.parse("{"));
 * attempt(() => {});
 * assert.equal(seen.length, 2);
 * assert.equal(seen[1], null);
 * ```
 */
export function reportOnce(report: (why: string | null) => void): (work: () => void) => void {
  let reported: string | null = null;
  return (work) => {
    try {
      work();
      if (reported !== null) report(null);
      reported = null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== reported) report(why);
      reported = why;
    }
  };
}
