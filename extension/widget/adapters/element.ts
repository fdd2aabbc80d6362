/**
 * Element, `src/components/views/rooms/MessageComposer.tsx`: the wrapper inside `.mx_MessageComposer` contains field and buttons;
 * above it is the line that separates the composer. `_JumpToBottomButton.pcss` places the jump button in the timeline,
 * 24 px from its end, with a z-index of 1000.
 */
import type { Adapter } from "./adapter.ts";

export const elementWeb: Adapter = {
  name: "Element",
  field: [".mx_MessageComposer [data-testid='basicmessagecomposer']", ".mx_MessageComposer [contenteditable='true']"],
  anchor: [".mx_MessageComposer_wrapper", ".mx_MessageComposer"],
  side: "beforebegin",
  buttons: ".mx_MessageComposer_sendMessage, .mx_JumpToBottomButton",
};
