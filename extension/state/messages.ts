/** Messages between the extension's parts. A web page cannot send any of them, because it has no port. */
import type { Settings, WidgetSite } from "./settings.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import type { View } from "../../shared/view.ts";
import type { Spoken } from "../../shared/words/say.ts";
import type { ListedWorkspace } from "../../shared/workspace.ts";

/** Name of the port that the popup, the options page and the widget open while they are shown. */
export const VIEW_PORT = "view";

/** Background → surface, over {@link VIEW_PORT}: on connect, then on each change. */
interface ViewMessage {
  type: "view";
  view: View;
}

/** Background → widget, over {@link VIEW_PORT}: this page is not the chat page (any more). */
interface LeaveMessage {
  type: "leave";
}

/** Background → widget, over {@link VIEW_PORT}: on connect before the first view, then on each change of these choices. */
export interface SiteMessage {
  type: "site";
  site: WidgetSite;
  /** As {@link Settings.chat_selector}. */
  selector?: string;
}

/** Background → surface, over {@link VIEW_PORT}: answer with a {@link NoticeShown} if the reader sees it here. */
interface NoticeOffer {
  type: "notice";
  notice: NoticeMessage;
  /** Whether the chat page may show it as a toast. A surface that shows the same numbers answers in any case. */
  toast: boolean;
}

/** Background → surface, over {@link VIEW_PORT}: on connect, then on each change. A view follows. */
interface LanguageMessage {
  type: "language";
  spoken: Spoken;
}

/** Everything that the background sends over {@link VIEW_PORT}. */
export type PortMessage = ViewMessage | LeaveMessage | SiteMessage | NoticeOffer | LanguageMessage;

/** Surface → background, over {@link VIEW_PORT}: the reader sees this notice, as a toast or in open details. */
export interface NoticeShown {
  type: "notice_shown";
  id: string;
}

/** Surface → background, each answered with a {@link CommandResult}. */
export type Command =
  /** Connect again now. */
  | { type: "retry" }
  /**
   * Save and connect. The page has already asked for the permissions, during the user's click. `key` is a new one for the
   * service; without it, a stored key of the same service is kept.
   */
  | { type: "save"; settings: Settings; key?: string }
  /** Open the options page (a content script cannot). */
  | { type: "open_options" }
  /** Show this workspace; with null, the one closest to a limit of those that the key may read. */
  | { type: "choose_workspace"; workspace_id: string | null }
  /** List the workspaces that the key may read: {@link CommandResult.workspaces}. */
  | { type: "list_workspaces" }
  /** Run the panel's script in the page that sends this. */
  | { type: "load_panel" }
  /** The reader has moved, folded or hidden the widget of the chat page. */
  | { type: "change_site"; change: Partial<WidgetSite> }
  /** Show no notice until the limits of the day reset. */
  | { type: "mute" }
  /** Show notices again. */
  | { type: "unmute" };

/** The sentence is shown to the user, whether the command succeeded or not. */
export interface CommandResult {
  ok: boolean;
  sentence: string;
  /** The answer to `list_workspaces`, the one closest to a limit first. */
  workspaces?: ListedWorkspace[];
}
