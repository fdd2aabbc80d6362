/** The "Test connection" button: one request for the status. */
import { pollStatus } from "../../connection/rest.ts";
import type { CommandResult } from "../../state/messages.ts";
import type { Settings } from "../../state/settings.ts";

/** Asks the service once and stores nothing. Never throws: the sentence says what failed. */
export async function testConnection(
  settings: Settings,
  key: string | null,
  poll: typeof pollStatus = pollStatus,
): Promise<CommandResult> {
  const result = await poll({ ...settings, key }, new AbortController().signal);
  if (result.kind !== "status") return { ok: false, sentence: result.sentence };
  const { workspace_id, status } = result.status;
  const sentence = `Connected to ${settings.server_url}: workspace "${workspace_id}" is ${
    status.replaceAll("_", " ")
  }.`;
  return { ok: true, sentence };
}
