/** What a run of the bench was asked for. */
export interface Options {
  /** Ids of the lines to run: `p1`. */
  lines: string[];
  /** Few and short rounds, for work on the bench itself: nothing is written. */
  quick: boolean;
  /** Rounds of a load line. */
  rounds: number;
  /** Seconds of load a sample. */
  seconds: number;
}

/** @throws {Error} naming what it does not know. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const quick = args.includes("--quick");
  const named = args.filter((arg) => arg !== "--quick").map((arg) => arg.toLowerCase());
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`Cannot run ${unknown.join(", ")}: the lines are ${known.join(", ")}, the one option is --quick`);
  }
  return { lines: named.length > 0 ? named : [...known], quick, rounds: quick ? 3 : 7, seconds: quick ? 1 : 3 };
}
