/** The text fields that a person fills in, and the sentence for each fault. */
import { parseWorkspaceId } from "../../../shared/workspace.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import type { Settings } from "../../state/settings.ts";
import { parseService, webAddress } from "../../state/address.ts";
import { describeAddressFault } from "../../state/describe_address.ts";
import { parseSecret } from "./parse_secret.ts";

/** The texts of the fields. */
export interface Typed extends Required<Settings> {
  /** A pairing code or a key; empty where the service needs none, or has given one before. */
  secret: string;
}

export type Field = keyof Typed;

/** One sentence for each invalid field. */
export type Faults = Partial<Record<Field, string>>;

/** Shown with a field that the organization's policy sets. */
export const MANAGED = "Set by your organization." satisfies Text;

/** The texts of the fields that both pages have. */
export const FIELD_TEXTS = {
  address: "Service address",
  secret: "Pairing code",
  workspace: "Workspace",
  chat_page: "Chat page address",
} as const satisfies Record<string, Text>;

/** The button next to a text that can be copied. */
export const COPY = {
  verb: "Copy",
  done: "Copied",
  said: "Copied to the clipboard.",
  failed: "The browser did not allow it: select the text and copy it.",
} as const satisfies Record<string, Text>;

/** The ways to start a service, each with what it needs. */
export const STARTS = [
  { command: "npx quota-gauge", needs: "from the npm package" },
  { command: "npm start", needs: "in a clone of the project" },
] as const satisfies { command: string; needs: Text }[];

/** The drawing of the chat page. */
export const PREVIEW = {
  label: "Drawing of the chat page: the panel is folded to a pill above the message box.",
  message: "Message",
} as const satisfies Record<string, Text>;

/** Shown in the drawing before an address is typed. */
export const PREVIEW_ADDRESS = "https://chat.example.com";

/** The sentence for a field with a fault. */
const CHECKS: Record<Field, (typed: Typed) => string | null> = {
  server_url: faultOfService,
  secret: faultOfSecret,
  workspace_id: faultOfWorkspace,
  chat_page: faultOfPage,
  chat_selector: faultOfSelector,
};

/** Checks each field. */
export function faultsOf(typed: Typed): Faults {
  const faults: Faults = {};
  for (const field of Object.keys(CHECKS) as Field[]) {
    const sentence = CHECKS[field](typed);
    if (sentence) faults[field] = sentence;
  }
  return faults;
}

function faultOfService({ server_url }: Typed): string | null {
  const service = parseService(server_url);
  if (typeof service === "string") return describeAddressFault(server_url, service, "service");
  const { workspace_id: named } = service;
  return named === undefined || parseWorkspaceId(named) ? null : notWorkspace(named);
}

/** The text is not repeated: it may be most of a key. */
function faultOfSecret({ secret }: Typed): string | null {
  if (secret.trim() === "" || parseSecret(secret)) return null;
  return say("Cannot use this text: a pairing code looks like {code}, and a read key begins with {start}.", {
    code: "ABCD-EFGH",
    start: "qg_read_",
  });
}

function faultOfWorkspace({ server_url, workspace_id }: Typed): string | null {
  const service = parseService(server_url);
  // A workspace in the address replaces this one.
  const isReplaced = typeof service !== "string" && service.workspace_id !== undefined;
  return isReplaced || parseWorkspaceId(workspace_id.trim()) ? null : notWorkspace(workspace_id);
}

function faultOfPage({ chat_page }: Typed): string | null {
  const page = webAddress(chat_page);
  return typeof page === "string" && page !== "empty" ? describeAddressFault(chat_page, page, "page") : null;
}

function faultOfSelector({ chat_selector }: Typed): string | null {
  if (isSelector(chat_selector)) return null;
  return say('Cannot use "{text}" as a CSS selector: write it like {first} or {second}.', {
    text: chat_selector,
    first: "#composer",
    second: ".chat form",
  });
}

/** Only a browser knows; elsewhere every text is taken. */
function isSelector(text: string): boolean {
  try {
    if (text.trim() !== "") globalThis.document?.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
}

function notWorkspace(text: string): string {
  return say(
    'Cannot use "{text}" as a workspace: an id is 1 to 64 letters, digits, - or _, beginning with a letter or digit.',
    { text },
  );
}

/** The base URL for an SDK whose calls count for the workspace. */
export function gatewayOf({ server_url, workspace_id }: Pick<Settings, "server_url" | "workspace_id">): string {
  return `${server_url}/w/${workspace_id}/v1`;
}
