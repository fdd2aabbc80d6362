/** The unfolded widget: status and meters as in the popup. */
import type { ComponentChildren } from "preact";
import { isCurrent, type View } from "../../shared/view.ts";
import { Freshness } from "../../shared/ui/time/time_parts.tsx";
import { Meters } from "../../shared/ui/meters/Meters.tsx";
import { type NoticeProps, StatusNotice } from "../../shared/ui/status/StatusNotice.tsx";

interface PanelProps extends Pick<NoticeProps, "optionsButton" | "onRetry"> {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  footer?: ComponentChildren;
}

export function Panel({ view, now, onRetry, optionsButton, footer }: PanelProps) {
  return (
    <div id="panel" class={isCurrent(view) ? "panel" : "panel dimmed"} data-connection={view.connection}>
      <header>
        <h2 title={view.workspace_id}>{view.connection === "unconfigured" ? "Quota Gauge" : view.workspace_id}</h2>
        <Freshness view={view} now={now} />
      </header>
      <StatusNotice view={view} now={now} optionsButton={optionsButton} onRetry={onRetry} />
      {(view.status || view.connection === "connecting") && <Meters view={view} now={now} />}
      <footer>{footer}</footer>
    </div>
  );
}
