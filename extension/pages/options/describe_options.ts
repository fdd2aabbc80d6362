/** The sentences of the options page. */
import type { CommandResult } from "../../state/messages.ts";

export const TITLE = "Settings";

export const DENIED: CommandResult = {
  ok: false,
  sentence: "Cannot reach the address: the browser was not allowed to. Try again and allow it.",
};

export const CODE_UNTESTED: CommandResult = {
  ok: false,
  sentence: "Cannot test a pairing code, because it works only once: save to use it.",
};

/** The commands of the buttons. */
export type CommandName = "test" | "save" | "chat";

/** Below a button while its command runs. */
export const DOING: Record<CommandName, string> = { test: "Testing…", save: "Connecting…", chat: "Saving…" };

export const CONNECTION = {
  heading: "Connection",
  address: "Service address",
  address_hint: "Printed when the service starts. A base URL of an SDK works too.",
  secret: "Pairing code",
  secret_hint: "To pair this browser again: an admin of the service makes a code. A read key works too.",
  workspace: "Workspace",
  workspace_hint: "Whose quota to show. Calls that name none count for “default”.",
  test: "Test connection",
  save: "Save & connect",
  start: "Start a service on this machine",
};

export const CHAT = {
  heading: "Chat page",
  page: "Chat page address",
  page_hint: "A small panel shows on this site and on no other. Empty for none.",
  selector: "Place of the panel",
  selector_hint: "Only where it sits badly: a CSS selector of the element above which it should sit, like #composer.",
  permission: "Saving asks your browser to allow this address, and nothing else.",
  save: "Save chat page",
};

export const SEND = {
  heading: "Send calls through it",
  known: "Give any OpenAI SDK this base URL:",
  unknown: "Once connected, the base URL for your SDK stands here.",
  base_url: "the base URL",
};
