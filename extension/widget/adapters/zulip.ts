/**
 * Zulip, `web/templates/compose.hbs`: `#compose-content` contains the closed controls and the open form, of which one shows.
 * The jump button is positioned above `#compose-content`, so that the widget's row goes inside, before both.
 */
import type { Adapter } from "./adapter.ts";

export const zulip: Adapter = {
  name: "Zulip",
  field: ["#compose-textarea"],
  anchor: ["#closed-compose-controls"],
  side: "beforebegin",
  buttons: "#compose-send-button, #scroll-to-bottom-button-clickable-area",
};
