/** The popup: everything about one workspace, from the last snapshot at once. */
import type { ReadonlySignal } from "@preact/signals";
import { isCurrent, type View } from "../../../shared/view.ts";
import { hostOf } from "../../../shared/ui/status/describe_status.ts";
import { Freshness } from "../../../shared/ui/time/Freshness.tsx";
import { Meters } from "../../../shared/ui/meters/Meters.tsx";
import { ProviderLimits } from "../../../shared/ui/meters/ProviderLimits.tsx";
import { Announcement, StatusNotice } from "../../../shared/ui/status/StatusNotice.tsx";
import { Totals } from "../../../shared/ui/meters/Totals.tsx";

export interface PopupProps {
  view: ReadonlySignal<View>;
  onRetry(): void;
  onOpenOptions(): void;
}

export function Popup({ view: signal, onRetry, onOpenOptions }: PopupProps) {
  const view = signal.value;
  return (
    <main class={isCurrent(view) ? "popup" : "popup dimmed"} data-connection={view.connection}>
      <header>
        <h1 title={view.workspace_id}>{view.connection === "unconfigured" ? "Quota Gauge" : view.workspace_id}</h1>
        <Freshness view={view} />
      </header>
      <Announcement view={view} />
      <StatusNotice view={view} onRetry={onRetry} onOpenOptions={onOpenOptions} />
      <Numbers view={view} />
      <footer>
        <span class="host">{hostOf(view.server_url)}</span>
        <button type="button" class="button quiet" onClick={onOpenOptions}>Options</button>
      </footer>
    </main>
  );
}

/** The last numbers, or their boxes while they are on the way; nothing where none will come. */
function Numbers({ view }: { view: View }) {
  const { status } = view;
  if (!status) return view.connection === "connecting" ? <Meters view={view} /> : null;
  return (
    <>
      <Meters view={view} />
      <Totals usage={status.usage} />
      <ProviderLimits status={status} offset_ms={view.clock_offset_ms} />
    </>
  );
}
