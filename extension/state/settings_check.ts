/** Checks and normalizes settings that were typed or stored. */
import * as z from "zod/mini";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";

const Stored = z.object({ server_url: z.string(), workspace_id: z.string(), chat_page: z.string() });

/** The path before the service's own routes, and the workspace that they name. */
const SERVICE_PATH = /^(.*?)(?:\/w\/([^/]+))?(?:\/(?:v1|api)(?:\/.*)?)?\/*$/;

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
  const workspace_id = parseWorkspaceId(service?.workspace_id ?? typed.workspace_id.trim());
  const chat_page = parsePage(typed.chat_page);
  return service && workspace_id && chat_page !== null
    ? { server_url: service.server_url, workspace_id, chat_page }
    : null;
}

/** The service's address without its routes, and the workspace that it names, as it was typed. */
export function parseService(text: string): { server_url: string; workspace_id: string | undefined } | null {
  const url = webAddress(text);
  if (!url) return null;
  const [, path, workspace_id] = SERVICE_PATH.exec(url.pathname)!;
  return { server_url: url.origin + path, workspace_id };
}

/** The chat page's address, empty for none; null for text that is no address. */
export function parsePage(text: string): string | null {
  return text.trim() === "" ? "" : webAddress(text)?.href ?? null;
}

/** An http(s) address; the scheme may be left out. Null for anything else, and for an address with a user name or password. */
function webAddress(text: string): URL | null {
  const trimmed = text.trim();
  const url = URL.parse(trimmed.includes("://") ? trimmed : `http://${trimmed}`);
  const usable = url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  return usable ? url : null;
}
