/** The fields of the options form and their faults. */
import { DEFAULT_SERVER_URL, DEFAULT_SETTINGS, type Settings } from "../../state/settings.ts";
import { checkSettings } from "../../state/settings_check.ts";

export type Field = keyof Settings;

/** In display order. */
export const FIELDS = ["server_url", "workspace_id", "chat_page"] as const satisfies readonly Field[];

/** One sentence for each invalid field. */
export type Faults = Partial<Record<Field, string>>;

const GOOD: Settings = { ...DEFAULT_SETTINGS, server_url: DEFAULT_SERVER_URL };

/** Checks each field together with valid values of the others, so that every fault belongs to its own field. */
export function faultsOf(typed: Settings): Faults {
  const faults: Faults = {};
  for (const field of FIELDS) {
    const { sentence } = checkSettings({ ...GOOD, [field]: typed[field] });
    if (sentence) faults[field] = sentence;
  }
  return faults;
}

/** The base URL for an SDK whose calls count for the workspace. */
export function gatewayOf({ server_url, workspace_id }: Pick<Settings, "server_url" | "workspace_id">): string {
  return `${server_url}/w/${workspace_id}/v1`;
}
