/** What the audit trail keeps of a change. */
import type { Actor, AuditEntry } from "./store.ts";

/** The entry for a change that somebody makes now. */
export function entry(
  { actor, address }: Actor,
  at_ms: number,
  action: string,
  target: string,
  detail: AuditEntry["detail"] = {},
): AuditEntry {
  return { at_ms, actor, address, action, target, detail };
}
