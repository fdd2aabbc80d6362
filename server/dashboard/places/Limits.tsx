/** Shows and changes the limits of a workspace. */
import type { LimitsReport } from "../../../shared/limits.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf } from "../data/api.ts";
import { useResource } from "../data/resource.ts";
import { Editor } from "../limits/Editor.tsx";
import { ChooseWorkspace, useWorkspaces } from "../parts/ChooseWorkspace.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Loaded } from "../parts/States.tsx";
import { route } from "../router.ts";

const DEFAULT_WORKSPACE = "default";

export function Page() {
  const workspace = route.value.workspace ?? DEFAULT_WORKSPACE;
  const report = useResource<LimitsReport>(addressOf("api/quota/limits", { workspace_id: workspace }));
  return (
    <>
      <p class="lead muted">
        {say("Limits apply as soon as they are saved. Counts and calls under way stay as they are.")}
      </p>
      <ChooseWorkspace chosen={workspace} of={useWorkspaces().data} />
      <Loaded of={report} skeleton={<Skeleton rows={2} height={132} />}>
        {(known) => <Editor key={known.workspace_id} report={known} saved={report.refresh} />}
      </Loaded>
    </>
  );
}
