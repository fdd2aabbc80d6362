/** Checks and normalizes settings that were typed or stored. */
import * as z from "zod/mini";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";

/** Normalized settings, or one sentence that names the fault. */
type CheckedSettings = { settings: Settings; sentence: null } | { settings: null; sentence: string };

const Stored = z.object({ server_url: z.string(), workspace_id: z.string(), chat_page: z.string() });

/** The stored settings, or the defaults where they are missing or invalid. */
export function storedSettings(value: unknown): Settings {
  const parsed = Stored.safeParse(value);
  return parsed.success ? checkSettings(parsed.data).settings ?? DEFAULT_SETTINGS : DEFAULT_SETTINGS;
}

/**
 * Normalizes typed settings: the service's origin, the workspace id in lower case, the chat page's full address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkSettings } from "./settings_check.ts";
 *
 * const { settings } = checkSettings({ server_url: "localhost:8787/", workspace_id: "Acme", chat_page: "" });
 * assert.equal(settings?.server_url, "http://localhost:8787");
 * assert.equal(settings?.workspace_id, "acme");
 * ```
 */
export function checkSettings(typed: Settings): CheckedSettings {
  const server = webAddress(typed.server_url);
  if (!server) {
    return wrong(`Cannot use "${typed.server_url}" as the service's address: write it like http://127.0.0.1:8787.`);
  }
  const workspace_id = parseWorkspaceId(typed.workspace_id.trim());
  if (!workspace_id) {
    const rule = "1 to 64 letters, digits, - or _, beginning with a letter or digit";
    return wrong(`Cannot use "${typed.workspace_id}" as a workspace: an id is ${rule}.`);
  }
  const page = typed.chat_page.trim() === "" ? "" : webAddress(typed.chat_page)?.href;
  if (page === undefined) {
    return wrong(
      `Cannot show the panel on "${typed.chat_page}": write the page's address like https://chat.example.com.`,
    );
  }
  return { settings: { server_url: server.origin, workspace_id, chat_page: page }, sentence: null };
}

function wrong(sentence: string): CheckedSettings {
  return { settings: null, sentence };
}

/** An http(s) address; the scheme may be left out. Null for anything else, and for an address with a user name or password. */
function webAddress(text: string): URL | null {
  const trimmed = text.trim();
  const url = URL.parse(trimmed.includes("://") ? trimmed : `http://${trimmed}`);
  const usable = url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  return usable ? url : null;
}
