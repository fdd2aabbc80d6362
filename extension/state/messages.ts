/** Messages between the extension's own parts. A web page can send none of these: it has no port. */
import type { Settings } from "./settings.ts";
import type { View } from "../../shared/view.ts";

/** Name of the port that the popup, the options page and the widget open while they are shown. */
export const VIEW_PORT = "view";

/** Background → surface, over {@link VIEW_PORT}: at once on connect, then on each change. */
interface ViewMessage {
  type: "view";
  view: View;
}

/** Background → widget, over {@link VIEW_PORT}: this page is not, or no longer, the chat page. */
interface LeaveMessage {
  type: "leave";
}

/** Anything that the background says over {@link VIEW_PORT}. */
export type PortMessage = ViewMessage | LeaveMessage;

/** Surface → background, as one-off messages. */
export type Command =
  /** Reconnect now. */
  | { type: "retry" }
  /** Try a server and workspace without saving them. */
  | { type: "test"; settings: Settings }
  /** Save and connect. Permissions were asked for by the page, in the user's click. */
  | { type: "save"; settings: Settings }
  /** Open the options page (a content script cannot). */
  | { type: "open_options" };

/** Answer to `test` and `save`: `sentence` is for the person either way. */
export interface CommandResult {
  ok: boolean;
  sentence: string;
}
