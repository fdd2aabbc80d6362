/** The connection in one sentence. */
import { type Connection, isCurrent, type View } from "../../../shared/view.ts";
import type { CommandResult } from "../../state/messages.ts";

export function describeConnection(view: View): string {
  const { connection, workspace_id, server_url, problem } = view;
  switch (connection) {
    case "unconfigured":
      return "Not connected yet.";
    case "connecting":
      return `Connecting to ${workspace_id}…`;
    case "live":
    case "polling":
      return `Connected to ${workspace_id}: ${connection}`;
    case "stale":
      return `Connected to ${workspace_id}, but no update arrived lately: stale`;
    case "offline":
      return problem ?? `Offline: ${server_url} cannot be reached.`;
    case "outdated":
      return problem ?? `${server_url} is newer than this extension: update the extension.`;
    case "not_permitted":
    case "key_refused":
    case "refused":
      return problem ?? `${server_url} refused.`;
  }
}

/** Connections that neither work nor have failed. */
const UNDECIDED: Connection[] = ["unconfigured", "connecting", "stale"];

/** The result of saving: what came of the connection, as soon as that is known. */
export function resultOfSaving(saved: CommandResult, view: View): CommandResult {
  if (!saved.ok) return saved;
  if (isCurrent(view)) return { ok: true, sentence: describeConnection(view) };
  return UNDECIDED.includes(view.connection) ? saved : { ok: false, sentence: describeConnection(view) };
}
