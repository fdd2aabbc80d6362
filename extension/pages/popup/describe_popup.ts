/** The texts of the popup's switch, menu and footer. */
import { percentText, usedPercent } from "../../../shared/format.ts";
import { wallTime } from "../../../shared/ui/time/time_text.ts";
import type { View } from "../../../shared/view.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import type { ListedWorkspace } from "../../../shared/workspace.ts";
import type { Preferences } from "../../state/settings.ts";

export const TEXTS = {
  workspace: "Workspace",
  tightest: "tightest",
  refresh: "Refresh",
  more: "More",
  options: "Options",
  show_panel: "Show the panel in the chat page",
  copy: "Copy diagnostics",
  copied: "Diagnostics copied.",
  not_copied: "Cannot copy: the browser refused.",
  limits_page: "OpenAI's limits page",
} as const satisfies Record<string, Text>;

/** The entry for the workspace closest to a limit. */
export function tightestOption(shown: string, follows_tightest: boolean): string {
  return follows_tightest ? say("Closest to a limit: {workspace}", { workspace: shown }) : say("Closest to a limit");
}

/** `acme · 93 % used`, `blue · full`. */
export function workspaceOption({ workspace_id, status, percentage }: ListedWorkspace): string {
  const values = { workspace: workspace_id };
  if (status === "rate_limited" || status === "quota_exceeded") return say("{workspace} · full", values);
  if (percentage === null) return say("{workspace} · no limit", values);
  return say("{workspace} · {share} used", { ...values, share: percentText(usedPercent(percentage, 100)) });
}

/** The command that shows the other share. */
export function shareCommand({ share }: Pick<Preferences, "share">): string {
  return say(share === "used" ? "Show what is left" : "Show what is used");
}

/** The command that shows the other form of times. */
export function timeCommand({ time }: Pick<Preferences, "time">): string {
  return say(time === "relative" ? "Show times of day" : "Show countdowns");
}

/** The command that mutes notices, or shows them again. */
export function muteCommand(muted: boolean): string {
  return say(muted ? "Show notices again" : "Mute notices until the limits reset");
}

/** The service, or until when notices are muted. */
export function footerText(host: string, muted_until: number | null, now: number): string {
  if (muted_until === null || muted_until <= now) return host;
  return say("Notices muted until {time}", { time: wallTime(new Date(muted_until).toISOString(), now) });
}

/** The popup's title: the workspace, or the product before it is set up. */
export function titleOf({ connection, workspace_id }: Pick<View, "connection" | "workspace_id">): string {
  return connection === "unconfigured" ? "Quota Gauge" : workspace_id;
}
