/** The popup: everything about one workspace. */
import { isCurrent, type View } from "../../../shared/view.ts";
import { hostOf } from "../../../shared/ui/status/describe_headline.ts";
import { Freshness } from "../../../shared/ui/time/time_parts.tsx";
import { Meters } from "../../../shared/ui/meters/Meters.tsx";
import { ProviderLimits } from "../../../shared/ui/meters/ProviderLimits.tsx";
import { Announcement, StatusNotice } from "../../../shared/ui/status/StatusNotice.tsx";
import { Totals } from "../../../shared/ui/meters/Totals.tsx";

interface PopupProps {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  onRetry(): void;
  onOpenOptions(): void;
}

export function Popup({ view, now, onRetry, onOpenOptions }: PopupProps) {
  return (
    <main class={isCurrent(view) ? "popup" : "popup dimmed"} data-connection={view.connection}>
      <header>
        <h1 title={view.workspace_id}>{view.connection === "unconfigured" ? "Quota Gauge" : view.workspace_id}</h1>
        <Freshness view={view} now={now} />
      </header>
      <Announcement view={view} />
      <StatusNotice view={view} now={now} onRetry={onRetry} onOpenOptions={onOpenOptions} />
      <Numbers view={view} now={now} />
      <footer>
        <span class="host">{hostOf(view.server_url)}</span>
        <button type="button" class="button quiet" onClick={onOpenOptions}>Options</button>
      </footer>
    </main>
  );
}

/** The last numbers, or placeholders while the first connection is being made; nothing where no numbers are expected. */
function Numbers({ view, now }: { view: View; now: number }) {
  const { status } = view;
  if (!status) return view.connection === "connecting" ? <Meters view={view} now={now} /> : null;
  return (
    <>
      <Meters view={view} now={now} />
      <Totals usage={status.usage} now={now} />
      <ProviderLimits status={status} offset_ms={view.clock_offset_ms} now={now} />
    </>
  );
}
