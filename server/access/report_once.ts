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

/** Reads and writes of one store. They fail independently, for example when the disk is full. */
export class Attempts {
  readonly read: (work: () => void) => void;
  readonly write: (work: () => void) => void;
  readonly #problems: Record<"read" | "write", string | null> = { read: null, write: null };
  readonly #report: (why: string | null) => void;

  /** @param report is called when {@link problem} changes. */
  constructor(report: (why: string | null) => void) {
    this.#report = report;
    this.read = reportOnce((why) => this.#set("read", why));
    this.write = reportOnce((why) => this.#set("write", why));
  }

  /** Why one of them fails at present; `null` if neither does. */
  get problem(): string | null {
    return this.#problems.read ?? this.#problems.write;
  }

  #set(doing: "read" | "write", why: string | null): void {
    const before = this.problem;
    this.#problems[doing] = why;
    if (this.problem !== before) this.#report(this.problem);
  }
}
