/** The connection in one sentence. */
import type { View } from "../../../shared/view.ts";

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
