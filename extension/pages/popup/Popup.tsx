/** The popup: everything about one workspace. */
import { isCurrent, type View } from "../../../shared/view.ts";
import type { ListedWorkspace } from "../../../shared/workspace.ts";
import { Freshness } from "../../../shared/ui/time/time_parts.tsx";
import { Meters } from "../../../shared/ui/meters/Meters.tsx";
import { optionsButton } from "../../../shared/ui/status/OptionsButton.tsx";
import { Announcement, StatusNotice } from "../../../shared/ui/status/StatusNotice.tsx";
import { Totals } from "../../../shared/ui/meters/Totals.tsx";
import type { Preferences } from "../../state/settings.ts";
import { otherForm, type PopupCommands } from "./commands.ts";
import { LastHour } from "./LastHour.tsx";
import { Footer } from "./Footer.tsx";
import { WorkspaceSwitch } from "./WorkspaceSwitch.tsx";

export interface PopupState {
  view: View;
  preferences: Preferences;
  /** Those that the key may read, the one closest to a limit first; empty until the service has listed them. */
  workspaces: ListedWorkspace[];
  /** The calls of each minute of the last hour, the present one last; null where they are not known. */
  last_hour: number[] | null;
  /** Local epoch milliseconds until which no notice is shown. */
  muted_until: number | null;
  /** Whether the reader has hidden the panel of the chat page. */
  panel_hidden: boolean;
  /** The result of the last command, or empty. */
  said: string;
}

interface PopupProps extends PopupState, PopupCommands {
  /** Local epoch milliseconds. */
  now: number;
}

export function Popup(props: PopupProps) {
  const { view, now, onRetry, onOpenOptions } = props;
  return (
    <main class={isCurrent(view) ? "popup" : "popup dimmed"} data-connection={view.connection}>
      <header>
        <WorkspaceSwitch {...props} />
        <Freshness view={view} now={now} />
      </header>
      <Announcement view={view} />
      <StatusNotice
        view={view}
        now={now}
        onRetry={onRetry}
        optionsButton={(state) => optionsButton(state, onOpenOptions)}
      />
      <Numbers {...props} />
      <Footer {...props} />
    </main>
  );
}

/** The last numbers, or placeholders while the first connection is being made; nothing where no numbers are expected. */
function Numbers({ view, now, preferences, last_hour, onPrefer }: PopupProps) {
  const { status } = view;
  if (!status) return view.connection === "connecting" ? <Meters view={view} now={now} /> : null;
  const { share, time } = otherForm(preferences);
  const form = { ...preferences, onShare: () => onPrefer({ share }), onTime: () => onPrefer({ time }) };
  return (
    <>
      <Meters view={view} now={now} form={form} />
      <LastHour minutes={last_hour} />
      <Totals usage={status.usage} service_now={now + view.clock_offset_ms} />
    </>
  );
}
