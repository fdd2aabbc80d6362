/** Saves a connection: redeems a pairing code, or checks a pasted key, and sends the settings to the background. */
import type { Redeemed } from "../../../shared/access.ts";
import type { Command, CommandResult } from "../../state/messages.ts";
import type { Settings } from "../../state/settings.ts";
import { parseSecret } from "./parse_secret.ts";

/** The requests that saving needs. */
export interface ConnectDeps {
  send(command: Command): Promise<CommandResult>;
  /** Asks the service once, with this key or else the stored one. */
  test(settings: Settings, key: string | null): Promise<CommandResult>;
  /** Trades a pairing code for a key, or says why it cannot. */
  redeem(server_url: string, code: string): Promise<Redeemed | { sentence: string }>;
}

/** What came of it. */
interface Saved {
  result: CommandResult;
  /** The settings that were saved; null where nothing was. */
  settings: Settings | null;
}

/**
 * Saves the settings and what the secret is worth. Nothing is saved with a code or key that the service refuses.
 *
 * @param secret a pairing code, a key, or an empty text: then a stored key of the same service stays.
 */
export async function saveConnection(settings: Settings, secret: string, deps: ConnectDeps): Promise<Saved> {
  const parsed = parseSecret(secret);
  if (parsed?.kind === "code") return await pair(settings, parsed.code, deps);
  if (parsed) return await paste(settings, parsed.key, deps);
  return { result: await deps.send({ type: "save", settings }), settings };
}

/** A code that was redeemed is of no further use, so its key is saved without a test. */
async function pair(typed: Settings, code: string, deps: ConnectDeps): Promise<Saved> {
  const redeemed = await deps.redeem(typed.server_url, code);
  if ("sentence" in redeemed) return { result: { ok: false, sentence: redeemed.sentence }, settings: null };
  const settings = { ...typed, workspace_id: redeemed.workspace_id };
  return { result: await deps.send({ type: "save", settings, key: redeemed.key }), settings };
}

async function paste(settings: Settings, key: string, deps: ConnectDeps): Promise<Saved> {
  const tested = await deps.test(settings, key);
  if (!tested.ok) return { result: tested, settings: null };
  return { result: await deps.send({ type: "save", settings, key }), settings };
}
