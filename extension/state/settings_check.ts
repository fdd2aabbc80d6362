/** Checks and normalizes settings that were typed or stored. */
import * as z from "zod/mini";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { parseService, webAddress } from "./address.ts";
import { DEFAULT_SERVER_URL, DEFAULT_SETTINGS, type Settings } from "./settings.ts";

const Stored = z.object({
  server_url: z.string(),
  workspace_id: z.string(),
  chat_page: z.string(),
  chat_selector: z.optional(z.string()),
});

/** In this order, so that a workspace of its own wins over the one in a service's address. */
const SETTING_NAMES = ["server_url", "workspace_id", "chat_page", "chat_selector"] as const;

/** The stored settings, or the defaults where they are missing or invalid. */
export function storedSettings(value: unknown): Settings {
  const parsed = Stored.safeParse(value);
  return parsed.success ? parseSettings(parsed.data) ?? DEFAULT_SETTINGS : DEFAULT_SETTINGS;
}

/**
 * Normalizes typed settings: the service's origin and path, the workspace id in lower case, the chat page's full address.
 * An SDK's base URL is understood too; the workspace in it replaces the typed one.
 *
 * @returns null where a field is invalid.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseSettings } from "./settings_check.ts";
 *
 * const typed = { server_url: "localhost:8787/", workspace_id: "Acme", chat_page: "" };
 * assert.deepEqual(parseSettings(typed), { ...typed, server_url: "http://localhost:8787", workspace_id: "acme" });
 *
 * const pasted = { ...typed, server_url: "https://tools.acme.dev/quota/w/blue/v1" };
 * assert.deepEqual(parseSettings(pasted), { ...typed, server_url: "https://tools.acme.dev/quota", workspace_id: "blue" });
 * ```
 */
export function parseSettings(typed: Settings): Settings | null {
  const service = parseService(typed.server_url);
  if (typeof service === "string") return null;
  const workspace_id = parseWorkspaceId(service.workspace_id ?? typed.workspace_id.trim());
  const chat_page = parsePage(typed.chat_page);
  if (!workspace_id || chat_page === null) return null;
  const chat_selector = typed.chat_selector?.trim();
  return { server_url: service.server_url, workspace_id, chat_page, ...(chat_selector && { chat_selector }) };
}

/**
 * The settings with those of the organization, which win. An invalid one is left out.
 *
 * @param managed the policy, unchecked.
 */
export function withManaged(settings: Settings, managed: Record<string, unknown>): Settings {
  return { ...settings, ...managedSettings(managed) };
}

/** The valid settings of a policy or a file. A service's address may name the workspace too. */
export function managedSettings(managed: Record<string, unknown>): Partial<Settings> {
  const base = { ...DEFAULT_SETTINGS, server_url: DEFAULT_SERVER_URL };
  const valid: Partial<Settings> = {};
  for (const name of SETTING_NAMES) {
    const value = managed[name];
    const parsed = typeof value === "string" ? parseSettings({ ...base, [name]: value }) : null;
    if (!parsed) continue;
    valid[name] = parsed[name] ?? "";
    if (parsed.workspace_id !== base.workspace_id) valid.workspace_id = parsed.workspace_id;
  }
  return valid;
}

/** The chat page's address, empty for none; null for text that is no address. */
function parsePage(text: string): string | null {
  const page = webAddress(text);
  if (page === "empty") return "";
  return typeof page === "string" ? null : page.href;
}
