/** The one gate for workspace ids that come by REST or WebSocket. */
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { ProblemError } from "./problem_error.ts";

/** @throws {ProblemError} `invalid_workspace`. */
export function workspaceId(text: string): string {
  const id = parseWorkspaceId(text);
  if (id !== null) return id;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new ProblemError("invalid_workspace", `Cannot find workspace ${shown}: an id has 1 to 64 of a-z, 0-9, _ and -`);
}
