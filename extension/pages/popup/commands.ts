/** The actions of the popup's buttons. */
import type { Preferences } from "../../state/settings.ts";

export interface PopupCommands {
  onRetry(): void;
  onOpenOptions(): void;
  /** Shows a workspace; null for the one closest to a limit. */
  onChooseWorkspace(workspace_id: string | null): void;
  onPrefer(changed: Partial<Preferences>): void;
  onMute(muted: boolean): void;
  onCopy(): void;
  /** Shows the chat page's panel again, which the reader has hidden. */
  onShowPanel(): void;
}

/** The forms of the numbers that are not shown now: what a click on a number changes to. */
export function otherForm({ share, time }: Pick<Preferences, "share" | "time">): Pick<Preferences, "share" | "time"> {
  return {
    share: share === "used" ? "left" : "used",
    time: time === "relative" ? "absolute" : "relative",
  };
}
