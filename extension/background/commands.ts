/** Runs the commands of surfaces, if the sender may send them. */
import { originPattern } from "../state/origins.ts";
import type { Command, CommandResult } from "../state/messages.ts";
import type { Settings, WidgetSite } from "../state/settings.ts";
import { parseSettings } from "../state/settings_check.ts";
import { type ListedWorkspace, parseWorkspaceId } from "../../shared/workspace.ts";
import { say } from "../../shared/words/say.ts";
import { siteChange } from "../state/widget_site.ts";

/** The operations that commands use. */
export interface CommandDeps {
  /** Connects again with the current settings. */
  reconnect(): Promise<void>;
  /** Stores and applies settings in their normal form, and a new key for their service. Null keeps the service's key. */
  save(settings: Settings, key: string | null): Promise<void>;
  openOptions(): Promise<void>;
  /** Shows a workspace; null for the one closest to a limit. */
  chooseWorkspace(workspace_id: string | null): Promise<void>;
  listWorkspaces(): Promise<ListedWorkspace[]>;
  /** Shows no notice until the limits of the day reset; shows them again if `muted` is false. */
  mute(muted: boolean): Promise<void>;
  mayReach(patterns: string[]): Promise<boolean>;
  /** Stores choices for the chat page's widget and shows it accordingly. */
  changeSite(change: Partial<WidgetSite>): Promise<void>;
}

/** A content script runs in a page that may be hostile, so it may only send what the widget's buttons do. */
const FROM_PAGES: readonly string[] = ["retry", "open_options", "change_site", "mute"] satisfies Command["type"][];

/**
 * Runs a command. Never throws: the result's sentence says what failed.
 *
 * @param own whether the sender is one of the extension's own pages.
 */
export async function runCommand(message: unknown, own: boolean, deps: CommandDeps): Promise<CommandResult> {
  const command = message as Command;
  if (!own && !FROM_PAGES.includes(command?.type)) {
    return failure(say("Only the extension's own pages may ask for this."));
  }
  try {
    switch (command?.type) {
      case "retry":
        await deps.reconnect();
        return success(say("Connecting again."));
      case "open_options":
        await deps.openOptions();
        return success(say("The options are open."));
      case "choose_workspace":
        return await chooseWorkspace(command.workspace_id, deps);
      case "list_workspaces":
        return { ...success(say("These are the workspaces.")), workspaces: await deps.listWorkspaces() };
      case "change_site":
        await deps.changeSite(siteChange(command.change));
        return success(say("The panel is changed."));
      case "mute":
        await deps.mute(true);
        return success(say("Notices are muted until the limits reset."));
      case "unmute":
        await deps.mute(false);
        return success(say("Notices are shown again."));
      case "save":
        return await saveSettings(command, deps);
      default:
        return failure(say("The extension does not know this command: reload it."));
    }
  } catch (error) {
    return failure(say("The browser refused: {error}", { error: error instanceof Error ? error.message : `${error}` }));
  }
}

async function saveSettings(
  { settings: typed, key }: Extract<Command, { type: "save" }>,
  deps: CommandDeps,
): Promise<CommandResult> {
  const settings = parseSettings(typed);
  if (!settings) return failure(say("The settings are not valid."));
  await deps.save(settings, key ?? null);
  if (!await isAllowed(settings.server_url, deps)) {
    return failure(say("Saved, but not connected. {problem}", { problem: missingPermission(settings.server_url) }));
  }
  if (settings.chat_page && !await isAllowed(settings.chat_page, deps)) {
    return failure(
      say("Saved, but the panel cannot show. {problem}", { problem: missingPermission(settings.chat_page) }),
    );
  }
  return success(say("Saved."));
}

async function chooseWorkspace(typed: string | null, deps: CommandDeps): Promise<CommandResult> {
  const workspace_id = typed === null ? null : parseWorkspaceId(typed);
  if (typed !== null && workspace_id === null) return failure(say("This is not a workspace."));
  await deps.chooseWorkspace(workspace_id);
  return success(
    workspace_id === null
      ? say("Showing the workspace closest to a limit.")
      : say("Showing {workspace}.", { workspace: workspace_id }),
  );
}

/** The sentence for an address that the extension has no permission to reach. */
export function missingPermission(address: string): string {
  const reason = say("open the options, save and allow it.");
  return say("The browser does not let the extension reach {address} yet: {reason}", { address, reason });
}

function isAllowed(address: string, deps: CommandDeps): Promise<boolean> {
  const pattern = originPattern(address);
  return pattern ? deps.mayReach([pattern]) : Promise.resolve(false);
}

function success(sentence: string): CommandResult {
  return { ok: true, sentence };
}

function failure(sentence: string): CommandResult {
  return { ok: false, sentence };
}
