/** The check of the admin key. */
import { createHash, timingSafeEqual } from "node:crypto";
import { ProblemError } from "../core/problem_error.ts";

/**
 * @param key the service's key; `null` if it has none.
 * @param given the value of the header `X-Admin-Key`.
 * @param action named in the refusal: `reset`.
 * @throws {ProblemError} `admin_disabled` or `admin_key_wrong`.
 */
export function checkAdminKey(key: string | null, given: string | undefined, action: string): void {
  if (key === null) {
    const detail = `Cannot ${action}: the service has no admin key. Start it with QUOTA_ADMIN_RESET_KEY`;
    throw new ProblemError("admin_disabled", detail);
  }
  if (!timingSafeEqual(digest(key), digest(given ?? ""))) {
    throw new ProblemError("admin_key_wrong", `Cannot ${action}: the header X-Admin-Key is missing or wrong`);
  }
}

/** A comparison in constant time requires values of equal length, which digests have. */
function digest(text: string) {
  return createHash("sha256").update(text).digest();
}
