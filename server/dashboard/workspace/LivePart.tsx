/** The status and the limits of a workspace, as the extension's popup shows them, kept current. */
import { useMemo } from "preact/hooks";
import type { StatusBody } from "../../../shared/quota.ts";
import { Meters } from "../../../shared/ui/meters/Meters.tsx";
import { Announcement, StatusNotice } from "../../../shared/ui/status/StatusNotice.tsx";
import { Freshness } from "../../../shared/ui/time/time_parts.tsx";
import { EMPTY_VIEW, type View, withStaleness } from "../../../shared/view.ts";
import { say } from "../../../shared/words/say.ts";
import { now } from "../data/now.ts";
import type { Resource } from "../data/resource.ts";
import { Loaded } from "../parts/States.tsx";

interface LivePartProps {
  workspace: string;
  of: Resource<StatusBody>;
}

export function LivePart({ workspace, of }: LivePartProps) {
  const confirmed_at = useMemo(() => of.data && now.peek(), [of.data]);
  const view = withStaleness(viewOf(workspace, of, confirmed_at), now.value);
  return (
    <section class="live" aria-label={say("Limits now")}>
      <Loaded of={of} skeleton={<Loading view={view} />}>
        {() => (
          <div class="card">
            <Announcement view={view} />
            <div class="live-head">
              <StatusNotice view={view} now={now.value} />
              <Freshness view={view} now={now.value} />
            </div>
            <Meters view={view} now={now.value} />
          </div>
        )}
      </Loaded>
    </section>
  );
}

function Loading({ view }: { view: View }) {
  return (
    <div class="card" role="status">
      <span class="spoken">{say("Loading…")}</span>
      <div class="live-head ghost" />
      <Meters view={view} now={now.value} />
    </div>
  );
}

/** The page's clock is the service's already, so the two do not differ. */
function viewOf(workspace_id: string, { data, state }: Resource<StatusBody>, confirmed_at: number | null): View {
  return {
    ...EMPTY_VIEW,
    workspace_id,
    server_url: document.baseURI,
    connection: data === null ? "connecting" : state === "ready" ? "polling" : "offline",
    status: data,
    confirmed_at,
  };
}
