/** One workspace: its limits now, its use and cost over time, what the provider counts, and its last attempts. */
import type { WorkspaceList } from "../../../shared/api.ts";
import { DEFAULT_WORKSPACE } from "../../../shared/workspace.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import { addressOf } from "../data/api.ts";
import { useResource } from "../data/resource.ts";
import { ChooseWorkspace, useWorkspaces } from "../parts/ChooseWorkspace.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Loaded } from "../parts/States.tsx";
import { route } from "../router.ts";
import { HistoryPart } from "../workspace/HistoryPart.tsx";
import { LivePart } from "../workspace/LivePart.tsx";
import { ProviderTable } from "../workspace/ProviderTable.tsx";
import "../workspace/workspace.css";
import { orderOf } from "./overview_text.ts";

/** How often the limits are asked for while the page is visible. */
const REFRESH_MS = 2000;

export function Page() {
  const list = useWorkspaces();
  const named = route.value.workspace;
  if (named !== null) return <Shown key={named} workspace={named} list={list.data} />;
  return (
    <Loaded of={list} skeleton={<Skeleton rows={6} />}>
      {(known) => {
        const workspace = known.data.toSorted(orderOf(""))[0]?.workspace_id ?? DEFAULT_WORKSPACE;
        return <Shown key={workspace} workspace={workspace} list={known} />;
      }}
    </Loaded>
  );
}

function Shown({ workspace, list }: { workspace: string; list: WorkspaceList | null }) {
  const address = addressOf("api/quota/status", { workspace_id: workspace });
  const status = useResource<StatusBody>(address, { refresh_ms: REFRESH_MS });
  return (
    <>
      <div class="beside-title">
        <ChooseWorkspace chosen={workspace} of={list} />
      </div>
      <LivePart workspace={workspace} of={status} />
      {/* One banner is enough: the history is asked for when the service can be reached. */}
      {(status.data || status.state !== "offline") && <HistoryPart workspace={workspace} status={status.data} />}
      {status.data && status.data.provider.length > 0 && <ProviderTable status={status.data} />}
    </>
  );
}
