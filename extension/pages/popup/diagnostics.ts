/**
 * A text for a report of a problem: versions, connection and the last status. It holds no key. It is in English, so that
 * any maintainer can read it; only the problem is as the reader has seen it.
 */
import type { View } from "../../../shared/view.ts";
import type { Preferences } from "../../state/settings.ts";

interface DiagnosticsParts {
  view: View;
  preferences: Preferences;
  /** Local epoch milliseconds. */
  now: number;
  /** Version of the extension. */
  version: string;
  user_agent: string;
}

/** Keys of the service and of providers. No field holds one, but a sentence of a service could repeat it. */
const KEY = /\b(?:qg_[a-z]+_|sk-)[\w-]+/g;

/**
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { EMPTY_VIEW } from "../../../shared/view.ts";
 * import { DEFAULT_PREFERENCES } from "../../state/settings.ts";
 * import { diagnosticsText } from "./diagnostics.ts";
 *
 * const parts = { preferences: DEFAULT_PREFERENCES, now: 0, version: "1.2.3", user_agent: "Firefox" };
 * const view = { ...EMPTY_VIEW, problem: "Key qg_read_1_a was refused" };
 * const text = diagnosticsText({ view, ...parts });
 * assert.ok(text.startsWith("Quota Gauge 1.2.3\nBrowser: Firefox\nTime: 1970-01-01T00:00:00.000Z"));
 * assert.ok(text.includes("Problem: Key … was refused"));
 * ```
 */
export function diagnosticsText({ view, preferences, now, version, user_agent }: DiagnosticsParts): string {
  const { connection, confirmed_at, clock_offset_ms, problem, server_url, status, workspace_id } = view;
  const confirmed = confirmed_at === null ? "never" : `${Math.round((now - confirmed_at) / 1000)} s ago`;
  const lines = [
    `Quota Gauge ${version}`,
    `Browser: ${user_agent}`,
    `Time: ${new Date(now).toISOString()}`,
    `Service: ${server_url || "none"}`,
    `Workspace: ${workspace_id}`,
    `Connection: ${connection}; confirmed: ${confirmed}; the service's clock minus ours: ${clock_offset_ms} ms`,
    `Problem: ${problem ?? "none"}`,
    `Preferences: ${JSON.stringify(preferences)}`,
    `Status: ${status ? JSON.stringify(status, null, 2) : "none"}`,
  ];
  return lines.join("\n").replace(KEY, "…");
}
