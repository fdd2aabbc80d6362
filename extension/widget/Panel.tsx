/** The unfolded widget: status and meters as in the popup. */
import type { ComponentChildren } from "preact";
import { isCurrent, type View } from "../../shared/view.ts";
import { Freshness } from "../../shared/ui/time/time_parts.tsx";
import { Meters } from "../../shared/ui/meters/Meters.tsx";
import { say } from "../../shared/words/say.ts";
import { StatusNotice } from "../../shared/ui/status/StatusNotice.tsx";

/** The actions of the panel's buttons. */
export interface PanelCommands {
  /** None where there is no options page: then no button for it is shown. */
  onOpenOptions?: () => void;
  /** None where a retry cannot help. */
  onRetry?: () => void;
}

interface PanelProps extends PanelCommands {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  /** What the footer offers beside the options. */
  menu?: ComponentChildren;
}

export function Panel({ view, now, onOpenOptions, onRetry, menu }: PanelProps) {
  return (
    <div id="panel" class={isCurrent(view) ? "panel" : "panel dimmed"} data-connection={view.connection}>
      <header>
        <h2 title={view.workspace_id}>{view.connection === "unconfigured" ? "Quota Gauge" : view.workspace_id}</h2>
        <Freshness view={view} now={now} />
      </header>
      <StatusNotice view={view} now={now} onOpenOptions={onOpenOptions} onRetry={onRetry} />
      {(view.status || view.connection === "connecting") && <Meters view={view} now={now} />}
      <footer>
        {menu}
        {onOpenOptions && <button type="button" class="button quiet" onClick={onOpenOptions}>{say("Options")}</button>}
      </footer>
    </div>
  );
}
