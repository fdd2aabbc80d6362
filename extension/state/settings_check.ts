/** Checks and normalizes settings that were typed or stored. */
import * as z from "zod/mini";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { parseService, webAddress } from "./address.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";

const Stored = z.object({ server_url: z.string(), workspace_id: z.string(), chat_page: z.string() });

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
  return workspace_id && chat_page !== null ? { server_url: service.server_url, workspace_id, chat_page } : null;
}

/** The chat page's address, empty for none; null for text that is no address. */
function parsePage(text: string): string | null {
  const page = webAddress(text);
  if (page === "empty") return "";
  return typeof page === "string" ? null : page.href;
}
