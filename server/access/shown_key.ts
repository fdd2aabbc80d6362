/** A key as lists and routes show it: everything but its hashes. */
import { instant } from "../core/meter.ts";
import type { Key } from "../../shared/access.ts";
import type { StoredKey } from "./key.ts";

export function shownKey(key: StoredKey): Key {
  const { id, kind, workspaces, app, models, note, created_by } = key;
  return {
    id,
    kind,
    workspaces,
    app,
    models,
    note,
    created_at: instant(key.created_at_ms),
    created_by,
    expires_at: optional(key.expires_at_ms),
    revoked_at: optional(key.revoked_at_ms),
    last_used_at: optional(key.last_used_at_ms),
    previous_secret_until: optional(key.previous?.until_ms ?? null),
  };
}

function optional(ms: number | null): string | null {
  return ms === null ? null : instant(ms);
}
