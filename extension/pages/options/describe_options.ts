/** The sentences of the options page. */
import type { Text } from "../../../shared/words/texts.ts";

export const TITLE = "Settings" satisfies Text;

/** Results of commands that are not run. */
export const FAILURES = {
  denied: "Cannot reach the address: the browser was not allowed to. Try again and allow it.",
  code_untested: "Cannot test a pairing code, because it works only once: save to use it.",
} as const satisfies Record<string, Text>;

/** The commands of the buttons. */
export type CommandName = "test" | "save" | "chat";

/** Below a button while its command runs. */
export const DOING = { test: "Testing…", save: "Connecting…", chat: "Saving…" } as const satisfies Record<
  CommandName,
  Text
>;

export const CONNECTION = {
  heading: "Connection",
  address_hint: "Printed when the service starts. A base URL of an SDK works too.",
  secret_hint: "To pair this browser again: an admin of the service makes a code. A read key works too.",
  workspace_hint: "Whose quota to show. Calls that name none count for “{workspace}”.",
  test: "Test connection",
  save: "Save & connect",
  start: "Start a service on this machine",
} as const satisfies Record<string, Text>;

export const CHAT = {
  heading: "Chat page",
  page_hint: "A small panel shows on this site and on no other. Empty for none.",
  selector: "Place of the panel",
  selector_hint: "Only where it sits badly: a CSS selector of the element above which it should sit, like {example}.",
  permission: "Saving asks your browser to allow this address, and nothing else.",
  save: "Save chat page",
} as const satisfies Record<string, Text>;

export const SEND = {
  heading: "Send calls through it",
  known: "Give any OpenAI SDK this base URL:",
  unknown: "Once connected, the base URL for your SDK stands here.",
} as const satisfies Record<string, Text>;
