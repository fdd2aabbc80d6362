/** Which workspace is shown: the one of the settings, or the one closest to a limit. */
import { byTightness, listWorkspaces, tightestOf } from "../connection/workspace_list.ts";
import type { Target } from "../connection/target.ts";
import type { ListedWorkspace } from "../../shared/workspace.ts";
import { changePreferences } from "../state/preferences.ts";
import type { Preferences } from "../state/settings.ts";

export class WorkspaceChoice {
  #follows_tightest: boolean;
  /** The one that was last found closest to a limit; null before the first list. */
  #tightest: string | null;

  /** @param last_shown the workspace of the stored view: a background that starts again need not change it. */
  constructor(workspace: Preferences["workspace"], last_shown: string | null) {
    this.#follows_tightest = workspace === "tightest";
    this.#tightest = last_shown;
  }

  /** @param chosen the workspace of the settings. */
  shown(chosen: string): string {
    return this.#follows_tightest ? this.#tightest ?? chosen : chosen;
  }

  async set(workspace: Preferences["workspace"]): Promise<void> {
    this.adopt(workspace);
    await changePreferences({ workspace });
  }

  /**
   * Takes over a preference that was changed elsewhere.
   *
   * @returns whether it is another one.
   */
  adopt(workspace: Preferences["workspace"]): boolean {
    const follows = workspace === "tightest";
    if (follows === this.#follows_tightest) return false;
    this.#follows_tightest = follows;
    this.#tightest = null;
    return true;
  }

  /** Every workspace that the target's key may read, the one closest to a limit first. */
  async list(target: Target): Promise<ListedWorkspace[]> {
    return byTightness(await listWorkspaces(target, new AbortController().signal));
  }

  /**
   * Looks for the workspace that is now closest to a limit.
   *
   * @param target the service and the workspace that is shown.
   * @returns whether another one has to be shown.
   */
  async follow(target: Target): Promise<boolean> {
    if (!this.#follows_tightest) return false;
    const tightest = tightestOf(await this.list(target), target.workspace_id);
    // The user may have chosen another one during the request.
    if (!this.#follows_tightest || tightest === target.workspace_id) return false;
    this.#tightest = tightest;
    return true;
  }
}
