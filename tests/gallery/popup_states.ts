/** The popup's states: every view, and those with workspaces to switch between, other preferences or a muted extension. */
import type { PopupCommands } from "../../extension/pages/popup/commands.ts";
import type { PopupState } from "../../extension/pages/popup/Popup.tsx";
import { DEFAULT_PREFERENCES } from "../../extension/state/settings.ts";
import { AT, FIXTURES } from "./fixtures.ts";

/** Commands without an effect. */
export const NO_COMMANDS: PopupCommands = {
  onRetry: nothing,
  onOpenOptions: nothing,
  onChooseWorkspace: nothing,
  onPrefer: nothing,
  onMute: nothing,
  onCopy: nothing,
  onShowPanel: nothing,
};

function nothing(): void {}

/** What a popup has that shows only a view. */
export const PLAIN: Omit<PopupState, "view"> = {
  preferences: DEFAULT_PREFERENCES,
  workspaces: [],
  last_hour: null,
  muted_until: null,
  panel_hidden: false,
  said: "",
};

const WORKSPACES = [
  { workspace_id: "nightly-batch", status: "rate_limited", percentage: 100 },
  { workspace_id: "blue", status: "warning", percentage: 92.3 },
  { workspace_id: "acme", status: "normal", percentage: 40.1 },
  { workspace_id: "default", status: "normal", percentage: null },
];

/** A quiet hour with a burst. */
const LAST_HOUR = Array.from({ length: 60 }, (_, minute) => minute < 30 ? minute * 7 % 5 : (minute * 31) % 48);

/** The state of the popup for each name; every view of {@link FIXTURES} is one. */
export const POPUP_STATES: Record<string, PopupState> = {
  ...Object.fromEntries(Object.entries(FIXTURES).map(([name, view]) => [name, { ...PLAIN, view }])),
  workspaces: { ...PLAIN, view: FIXTURES.live_normal, workspaces: WORKSPACES },
  last_hour: { ...PLAIN, view: FIXTURES.live_normal, last_hour: LAST_HOUR },
  workspaces_tightest: {
    ...PLAIN,
    view: FIXTURES.large,
    workspaces: WORKSPACES,
    preferences: { ...DEFAULT_PREFERENCES, workspace: "tightest" },
  },
  left_at_times: {
    ...PLAIN,
    view: FIXTURES.warning,
    preferences: { ...DEFAULT_PREFERENCES, share: "left", time: "absolute" },
  },
  muted: { ...PLAIN, view: FIXTURES.live_normal, muted_until: AT + 14 * 3_600_000 },
  copied: { ...PLAIN, view: FIXTURES.live_normal, said: "Diagnostics copied." },
};
