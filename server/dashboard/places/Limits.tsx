/** Shows and changes the limits of a workspace. */
import { useId } from "preact/hooks";
import type { WorkspaceList } from "../../../shared/api.ts";
import type { LimitsReport } from "../../../shared/limits.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf } from "../data/api.ts";
import { useResource } from "../data/resource.ts";
import { Editor } from "../limits/Editor.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Loaded } from "../parts/States.tsx";
import { navigate, route } from "../router.ts";

const DEFAULT_WORKSPACE = "default";

export function Page() {
  const workspace = route.value.workspace ?? DEFAULT_WORKSPACE;
  const report = useResource<LimitsReport>(addressOf("api/quota/limits", { workspace_id: workspace }));
  return (
    <>
      <p class="lead muted">
        {say("Limits apply as soon as they are saved. Counts and calls under way stay as they are.")}
      </p>
      <ChooseWorkspace chosen={workspace} />
      <Loaded of={report} skeleton={<Skeleton rows={2} height={132} />}>
        {(known) => <Editor key={known.workspace_id} report={known} saved={report.refresh} />}
      </Loaded>
    </>
  );
}

/** A name that has no calls yet may be typed: its limits can be set before the first one. */
function ChooseWorkspace({ chosen }: { chosen: string }) {
  const id = useId();
  const list = useResource<WorkspaceList>(addressOf("api/quota/workspaces", { limit: 1000 }));
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
        {list.data?.data.map(({ workspace_id }) => <option key={workspace_id} value={workspace_id} />)}
      </datalist>
    </div>
  );
}
