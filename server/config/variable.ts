/** One environment variable, as `readConfig` and `--help` use it. The README's table has its default and its meaning. */
export interface Variable {
  /** What it is for, as in `--help` and in the documentation. */
  meaning: string;
  /** `null` where the variable has none. */
  default: string | null;
  accepts: string;
  /** Returns `undefined` for a text that it does not accept. */
  read: (text: string) => unknown;
  /** Its name in lower case is read too, and goes first, as in most programs that read this variable. */
  lower_case?: true;
}
