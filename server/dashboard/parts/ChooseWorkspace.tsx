/** Chooses the workspace of the view. */
import { useId } from "preact/hooks";
import type { WorkspaceList } from "../../../shared/api.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf } from "../data/api.ts";
import { type Resource, useResource } from "../data/resource.ts";
import { navigate } from "../router.ts";

/** The workspaces that the reader may see. */
export function useWorkspaces(): Resource<WorkspaceList> {
  return useResource<WorkspaceList>(addressOf("api/quota/workspaces", { limit: 1000 }));
}

/** A name that has no calls yet may be typed: its limits can be set before the first one. */
export function ChooseWorkspace({ chosen, of }: { chosen: string; of: WorkspaceList | null }) {
  const id = useId();
  return (
    <div class="filters">
      <label class="field">
        <span>{say("Workspace")}</span>
        <input
          key={chosen}
          list={id}
          defaultValue={chosen}
          maxLength={64}
          spellcheck={false}
          onChange={(event) => navigate({ workspace: event.currentTarget.value.trim() || null })}
        />
      </label>
      <datalist id={id}>
        {of?.data.map(({ workspace_id }) => <option key={workspace_id} value={workspace_id} />)}
      </datalist>
    </div>
  );
}
