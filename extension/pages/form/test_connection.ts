/** The "Test connection" button: one request for the status. */
import { pollStatus } from "../../connection/rest.ts";
import type { CommandResult } from "../../state/messages.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import type { Settings } from "../../state/settings.ts";

const CONNECTED = {
  normal: 'Connected to {address}: workspace "{workspace}" is normal.',
  warning: 'Connected to {address}: workspace "{workspace}" is warning.',
  rate_limited: 'Connected to {address}: workspace "{workspace}" is rate limited.',
  quota_exceeded: 'Connected to {address}: workspace "{workspace}" is quota exceeded.',
  degraded: 'Connected to {address}: workspace "{workspace}" is degraded.',
} as const satisfies Record<StatusBody["status"], Text>;

/** Asks the service once and stores nothing. Never throws: the sentence says what failed. */
export async function testConnection(
  settings: Settings,
  key: string | null,
  poll: typeof pollStatus = pollStatus,
): Promise<CommandResult> {
  const result = await poll({ ...settings, key }, new AbortController().signal);
  if (result.kind !== "status") return { ok: false, sentence: result.sentence };
  const { workspace_id, status } = result.status;
  const values = { address: settings.server_url, workspace: workspace_id };
  // A newer service may have further statuses.
  const sentence = Object.hasOwn(CONNECTED, status)
    ? say(CONNECTED[status], values)
    : say('Connected to {address}: workspace "{workspace}" is {status}.', { ...values, status });
  return { ok: true, sentence };
}
