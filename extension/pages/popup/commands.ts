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
}
