/** The sentences of the first set-up. */
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import type { Step, StepState } from "./steps.ts";

export const TITLE = "Set up Quota Gauge" satisfies Text;
export const LEAD = "See at a glance how much of your OpenAI quota is used. This takes about a minute." satisfies Text;
export const STEPS_LABEL = "Steps" satisfies Text;

export const HEADINGS = {
  connect: "Connect to your service",
  allow: "Allow access",
  test: "Test the connection",
  pin: "Pin it to the toolbar",
  chat: "Show it in your chat page",
} as const satisfies Record<Step, Text>;

export const OPTIONAL = "optional" satisfies Text;

/** Spoken after a step's heading; on screen its mark says the same. */
export const STATES = {
  done: ", done",
  skipped: ", skipped",
  current: ", current step",
  todo: ", to do",
} as const satisfies Record<StepState, Text>;

export const CONNECT = {
  address_hint: "Your admin knows it. A service on this machine prints it when it starts.",
  secret_hint: "Only for a service with keys: its admin makes one. A read key works too.",
  workspace_hint: "Whose quota to show. Calls that name none count for “{workspace}”. A pairing code has its own.",
  other_workspace: "Choose a workspace",
  submit: "Continue",
  no_service: "No service yet?",
  start_here: "Start one on this machine, with one of these:",
} as const satisfies Record<string, Text>;

export const ALLOW = {
  submit: "Allow access",
  denied:
    "The browser was not allowed to. Without access the extension cannot ask this service: try again, and allow it.",
} as const satisfies Record<string, Text>;

export function allowText(host: string): string {
  return say(
    "Your browser will ask whether the extension may reach {host}. It reads nothing else there than the quota.",
    {
      host,
    },
  );
}

export const TEST = {
  again: "Try again",
  running: "Testing…",
  change: "Change address or code",
} as const satisfies Record<
  string,
  Text
>;

export const PIN = {
  chromium: "Click the puzzle piece in the toolbar, then the pin next to Quota Gauge.",
  firefox: "Click the puzzle piece in the toolbar, then the gear next to Quota Gauge, then “Pin to Toolbar”.",
  why: "On the toolbar, its number is always in sight: how much of the tightest limit is used.",
  pinned: "It is on the toolbar.",
  next: "Continue",
} as const satisfies Record<string, Text>;

export const CHAT = {
  page_hint: "A small panel shows on this site, and on no other.",
  submit: "Show the panel there",
  skip: "Skip",
  denied: "The browser was not allowed to. Without access the panel cannot show there: try again, and allow it.",
} as const satisfies Record<string, Text>;

export const READY = {
  heading: "Ready",
  text: "Give any OpenAI SDK this base URL, so that its calls are counted:",
  submit: "Open the settings",
} as const satisfies Record<string, Text>;

/** The button that opens a finished step again. */
export const CHANGE = "Change" satisfies Text;

/** The notes of finished steps. */
export const NOTES = {
  no_permission: "Not needed for a service on this machine",
  allowed: "Allowed",
  pinned: "Pinned",
  not_pinned: "Not pinned",
  connected: "Connected",
  no_chat: "Skipped; you can add it in the settings",
} as const satisfies Record<string, Text>;

export function chatNote(chat_page: string): string {
  return say("Shows on {host}", { host: hostOf(chat_page) });
}

/** Host and port of an address; the address itself where it has none. */
export function hostOf(address: string): string {
  return URL.parse(address)?.host || address;
}
