/**
 * Rocket.Chat, `apps/meteor/client/views/room/composer/messageBox/MessageBox.tsx` and `RoomBody.tsx`: the field is named `msg`
 * and stands in the room's `footer`, the last row of the column `.messages-container-main`.
 */
import type { Adapter } from "./adapter.ts";

export const rocketChat: Adapter = {
  name: "Rocket.Chat",
  field: [".messages-container-main [name='msg']", "textarea[name='msg']"],
  anchor: ["footer", "form"],
  side: "beforebegin",
  buttons: ".rcx-message-box__submit, button[aria-label='Send'], .messages-box .rcx-bubble",
};
