/** What was typed on the options page, field by field. */
import { DEFAULT_SERVER_URL, DEFAULT_SETTINGS, type Settings } from "../../state/settings.ts";
import { checkSettings } from "../../state/settings_check.ts";

export type Field = keyof Settings;

/** In the order in which they stand on the page. */
export const FIELDS = ["server_url", "workspace_id", "chat_page"] as const satisfies readonly Field[];

/** One sentence for each field that cannot be used as it is. */
export type Faults = Partial<Record<Field, string>>;

const GOOD: Settings = { ...DEFAULT_SETTINGS, server_url: DEFAULT_SERVER_URL };

/** Checks each field among good ones, so that every fault is told beside its own field and all at once. */
export function faultsOf(typed: Settings): Faults {
  const faults: Faults = {};
  for (const field of FIELDS) {
    const { sentence } = checkSettings({ ...GOOD, [field]: typed[field] });
    if (sentence) faults[field] = sentence;
  }
  return faults;
}

/** Where an SDK sends its calls so that they count for the workspace. */
export function gatewayOf({ server_url, workspace_id }: Pick<Settings, "server_url" | "workspace_id">): string {
  return `${server_url}/w/${workspace_id}/v1`;
}
