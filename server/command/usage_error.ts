/** Arguments that a command does not take, told in one sentence. */
export class UsageError extends Error {
  override name = "UsageError";
}
