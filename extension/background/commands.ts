/** What surfaces may ask of the background, and who may ask it. */
import { pollStatus } from "../connection/rest.ts";
import { originPattern } from "../state/origins.ts";
import type { Command, CommandResult } from "../state/messages.ts";
import type { Settings } from "../state/settings.ts";
import { checkSettings } from "../state/settings_check.ts";

/** What the commands act upon. */
export interface CommandDesk {
  /** Connects anew with the settings as they are. */
  reconnect(): Promise<void>;
  /** Stores and applies settings in their normal form. */
  save(settings: Settings): Promise<void>;
  openOptions(): Promise<void>;
  mayReach(patterns: string[]): Promise<boolean>;
  pollStatus: typeof pollStatus;
}

/** A content script lives in a page that may be hostile: these reach no further than the widget's own buttons. */
const FROM_PAGES: readonly string[] = ["retry", "open_options"] satisfies Command["type"][];

/**
 * Does a command. Never throws: what went wrong is in the sentence.
 *
 * @param own whether it comes from one of the extension's own pages.
 */
export async function obey(message: unknown, own: boolean, desk: CommandDesk): Promise<CommandResult> {
  const command = message as Command;
  if (!own && !FROM_PAGES.includes(command?.type)) return no("Only the extension's own pages may ask for this.");
  try {
    switch (command?.type) {
      case "retry":
        await desk.reconnect();
        return yes("Connecting again.");
      case "open_options":
        await desk.openOptions();
        return yes("The options are open.");
      case "test":
        return await test(command.settings, desk);
      case "save":
        return await save(command.settings, desk);
      default:
        return no("The extension does not know this command: reload it.");
    }
  } catch (error) {
    return no(`The browser refused: ${error instanceof Error ? error.message : error}`);
  }
}

async function test(typed: Settings, desk: CommandDesk): Promise<CommandResult> {
  const { settings, sentence } = checkSettings(typed);
  if (!settings) return no(sentence);
  if (!await allowed(settings.server_url, desk)) return no(missingPermission(settings.server_url));
  const result = await desk.pollStatus(settings, new AbortController().signal);
  if (result.kind !== "status") return no(result.sentence);
  const { workspace_id, status } = result.status;
  return yes(`Connected to ${settings.server_url}: workspace "${workspace_id}" is ${status.replaceAll("_", " ")}.`);
}

async function save(typed: Settings, desk: CommandDesk): Promise<CommandResult> {
  const { settings, sentence } = checkSettings(typed);
  if (!settings) return no(sentence);
  await desk.save(settings);
  if (!await allowed(settings.server_url, desk)) {
    return no(`Saved, but not connected. ${missingPermission(settings.server_url)}`);
  }
  if (settings.chat_page && !await allowed(settings.chat_page, desk)) {
    return no(`Saved, but the panel cannot show. ${missingPermission(settings.chat_page)}`);
  }
  return yes("Saved.");
}

/** One sentence for an address that the browser does not let the extension reach. */
export function missingPermission(address: string): string {
  return `The browser does not let the extension reach ${address} yet: open the options, save and allow it.`;
}

function allowed(address: string, desk: CommandDesk): Promise<boolean> {
  const pattern = originPattern(address);
  return pattern ? desk.mayReach([pattern]) : Promise.resolve(false);
}

function yes(sentence: string): CommandResult {
  return { ok: true, sentence };
}

function no(sentence: string): CommandResult {
  return { ok: false, sentence };
}
