/** The workspace as the popup's title, and a list of those that the key may read. */
import { usedShare } from "../../../shared/ui/meters/decisive_limit.ts";
import { say } from "../../../shared/words/say.ts";
import type { View } from "../../../shared/view.ts";
import type { ListedWorkspace } from "../../../shared/workspace.ts";
import type { Preferences } from "../../state/settings.ts";
import type { PopupCommands } from "./commands.ts";
import { TEXTS, tightestOption, titleOf, workspaceOption } from "./describe_popup.ts";
import { Icon } from "./icons.tsx";

/** The value of the entry for the workspace closest to a limit; an id is never empty. */
const TIGHTEST = "";

interface SwitchProps extends Pick<PopupCommands, "onChooseWorkspace"> {
  view: View;
  workspaces: ListedWorkspace[];
  preferences: Pick<Preferences, "workspace">;
}

/** An invisible list covers the title: a visible one would show its whole entry, with the share, in place of the title. */
export function WorkspaceSwitch({ view, workspaces, preferences, onChooseWorkspace }: SwitchProps) {
  const follows = preferences.workspace === "tightest";
  const title = <h1 title={view.workspace_id}>{titleOf(view)}</h1>;
  if (workspaces.length < 2 && !follows) return title;
  return (
    <div class="switch">
      {title}
      {follows && <span class="follows">{say(TEXTS.tightest)}</span>}
      <Icon of="chevron" />
      <select
        aria-label={say(TEXTS.workspace)}
        value={follows ? TIGHTEST : view.workspace_id}
        onChange={({ currentTarget: { value } }) => onChooseWorkspace(value === TIGHTEST ? null : value)}
      >
        <option value={TIGHTEST}>{tightestOption(view.workspace_id, follows)}</option>
        {withShown(workspaces, view).map((each) => (
          <option key={each.workspace_id} value={each.workspace_id}>{workspaceOption(each)}</option>
        ))}
      </select>
    </div>
  );
}

/** The list, with the current share of the workspace on show, also where that was not used yet and has no entry. */
function withShown(workspaces: ListedWorkspace[], { workspace_id, status }: View): ListedWorkspace[] {
  if (!status) return workspaces;
  const shown = { workspace_id, status: status.status, percentage: usedShare(status) };
  const others = workspaces.filter((each) => each.workspace_id !== workspace_id);
  return others.length < workspaces.length
    ? workspaces.map((each) => each.workspace_id === workspace_id ? shown : each)
    : [shown, ...others];
}
