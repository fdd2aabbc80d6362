/** A fault of keys and their store, with a stable code. */
export class AccessError extends Error {
  override name = "AccessError";
  constructor(
    readonly code: "store_unavailable" | "unknown_key" | "key_revoked" | "too_wide",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
