/** The connection in one sentence. */
import { type Connection, isCurrent, type View } from "../../../shared/view.ts";
import { say } from "../../../shared/words/say.ts";
import type { CommandResult } from "../../state/messages.ts";

export function describeConnection(view: View): string {
  const { connection, workspace_id: workspace, server_url: address, problem } = view;
  switch (connection) {
    case "unconfigured":
      return say("Not connected yet.");
    case "connecting":
      return say("Connecting to {workspace}…", { workspace });
    case "live":
      return say("Connected to {workspace}: live", { workspace });
    case "polling":
      return say("Connected to {workspace}: polling", { workspace });
    case "stale":
      return say("Connected to {workspace}, but no update arrived lately: stale", { workspace });
    case "offline":
      return problem ?? say("Offline: {address} cannot be reached.", { address });
    case "outdated":
      return problem ?? say("{address} is newer than this extension: update the extension.", { address });
    case "not_permitted":
    case "key_refused":
    case "refused":
      return problem ?? say("{address} refused.", { address });
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
