/** The capabilities of the terminal that a command prints to. */
import type { Screen } from "./status.ts";

/** The width of a file, a pipe, and a terminal that does not know its own. */
const WIDTH = 120;

/** The terminal of this process. */
export function terminal(): Screen {
  return screenOf(Deno.env.toObject(), Deno.stdout.isTerminal() ? Deno.consoleSize() : null, Deno.build.os);
}

/**
 * By https://no-color.org, `TERM` and the locale.
 *
 * @param size `null` for a file or a pipe; zeros for a terminal that does not know its size.
 */
export function screenOf(
  env: Readonly<Record<string, string | undefined>>,
  size: { columns: number; rows: number } | null,
  os: string,
): Screen {
  const canControl = size !== null && env.TERM !== "dumb";
  return {
    colour: canControl && !env.NO_COLOR,
    unicode: /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || "") || os === "windows",
    width: size?.columns || WIDTH,
    height: canControl ? size.rows || null : null,
  };
}
