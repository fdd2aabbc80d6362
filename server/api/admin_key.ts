/** Whether a caller may do what only an admin may. */
import { createHash, timingSafeEqual } from "node:crypto";
import { ProblemError } from "../core/problem_error.ts";

/**
 * @param key of the service; `null` where it has none.
 * @param given the header `X-Admin-Key`.
 * @param what is to be done: `reset`.
 * @throws {ProblemError} `admin_disabled` or `admin_key_wrong`.
 */
export function checkAdminKey(key: string | null, given: string | undefined, what: string): void {
  if (key === null) {
    const detail = `Cannot ${what}: the service has no admin key. Start it with QUOTA_ADMIN_RESET_KEY`;
    throw new ProblemError("admin_disabled", detail);
  }
  if (!timingSafeEqual(digest(key), digest(given ?? ""))) {
    throw new ProblemError("admin_key_wrong", `Cannot ${what}: the header X-Admin-Key is missing or wrong`);
  }
}

/** Digests have one length, as a comparison in constant time needs. */
function digest(text: string) {
  return createHash("sha256").update(text).digest();
}
