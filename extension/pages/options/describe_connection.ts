/** The connection in one sentence. */
import { isCurrent, type View } from "../../../shared/view.ts";
import type { CommandResult } from "../../state/messages.ts";

export function describeConnection(view: View): string {
  const { connection, workspace_id, server_url, problem } = view;
  switch (connection) {
    case "unconfigured":
      return "Not connected yet: four steps, about a minute.";
    case "connecting":
      return `Connecting to ${workspace_id}…`;
    case "live":
    case "polling":
      return `Connected to ${workspace_id}: ${connection}`;
    case "stale":
      return `Connected to ${workspace_id}, but no update arrived lately: stale`;
    case "offline":
      return problem ?? `Offline: ${server_url} cannot be reached.`;
    case "refused":
      return problem ?? `${server_url} refused.`;
  }
}

/** The result of saving: what came of the connection, as soon as that is known. */
export function resultOfSaving(saved: CommandResult, view: View): CommandResult {
  if (!saved.ok) return saved;
  if (isCurrent(view)) return { ok: true, sentence: describeConnection(view) };
  const isBroken = view.connection === "refused" || view.connection === "offline";
  return isBroken ? { ok: false, sentence: describeConnection(view) } : saved;
}
