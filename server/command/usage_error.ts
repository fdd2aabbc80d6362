/** Thrown for invalid arguments of a command; the message is one sentence for the user. */
export class UsageError extends Error {
  override name = "UsageError";
}
