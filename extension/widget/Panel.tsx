/** The widget unfolded: what the popup shows, in a corner. */
import type { ReadonlySignal } from "@preact/signals";
import { isCurrent, type View } from "../../shared/view.ts";
import { Freshness } from "../../shared/ui/time/Freshness.tsx";
import { Meters } from "../../shared/ui/meters/Meters.tsx";
import { StatusNotice } from "../../shared/ui/status/StatusNotice.tsx";

export interface PanelProps {
  view: ReadonlySignal<View>;
  onOpenOptions(): void;
  onRetry(): void;
}

export function Panel({ view: { value: view }, ...commands }: PanelProps) {
  return (
    <div id="panel" class={isCurrent(view) ? "panel" : "panel dimmed"} data-connection={view.connection}>
      <header>
        <h2 title={view.workspace_id}>{view.connection === "unconfigured" ? "Quota Gauge" : view.workspace_id}</h2>
        <Freshness view={view} />
      </header>
      <StatusNotice view={view} onOpenOptions={commands.onOpenOptions} onRetry={commands.onRetry} />
      {(view.status || view.connection === "connecting") && <Meters view={view} />}
      <button type="button" class="button quiet" onClick={commands.onOpenOptions}>Options</button>
    </div>
  );
}
