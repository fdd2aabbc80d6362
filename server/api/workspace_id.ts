/** The check of workspace ids in REST and WebSocket requests. */
import { parseWorkspaceId, WORKSPACE_ID_RULE } from "../../shared/workspace.ts";
import { ProblemError } from "../core/problem_error.ts";

/** The rule for ids, for error messages. */
export const WORKSPACE_RULE = `an id has ${WORKSPACE_ID_RULE}`;

/** @throws {ProblemError} `invalid_workspace`. */
export function workspaceId(text: string): string {
  const id = parseWorkspaceId(text);
  if (id !== null) return id;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new ProblemError("invalid_workspace", `Cannot find workspace ${shown}: ${WORKSPACE_RULE}`);
}
