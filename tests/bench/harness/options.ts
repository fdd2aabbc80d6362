/** The options of a run. */
export interface Options {
  /** Ids of the lines to run: `p1`. */
  lines: string[];
  /** Few, short rounds without a written result, for work on the bench itself. */
  quick: boolean;
  /** Rounds of load. */
  rounds: number;
  /** Seconds of load in a sample. */
  seconds: number;
}

/** @throws {Error} that names the unknown arguments. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const quick = args.includes("--quick");
  const named = args.filter((arg) => arg !== "--quick").map((arg) => arg.toLowerCase());
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot run ${unknown.join(", ")}: the lines are ${known.join(", ")}, and the only option is --quick`,
    );
  }
  return { lines: named.length > 0 ? named : [...known], quick, rounds: quick ? 3 : 7, seconds: quick ? 1 : 3 };
}
