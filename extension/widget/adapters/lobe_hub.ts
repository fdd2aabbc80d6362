/**
 * LobeHub, `src/features/ChatInput/Desktop/index.tsx`: the box with field and buttons is a child of a column. Its class names
 * are generated; its end-to-end tests find the box by `data-testid="chat-input"`.
 */
import type { Adapter } from "./adapter.ts";

export const lobeHub: Adapter = {
  name: "LobeHub",
  field: ["[data-testid='chat-input'] [contenteditable='true']", "[data-testid='chat-input'] textarea"],
  anchor: ["[data-testid='chat-input']"],
  side: "beforebegin",
  buttons: "[data-testid='chat-input'] button",
};
