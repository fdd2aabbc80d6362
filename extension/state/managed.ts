/** The values that an organization sets by a policy of the browser. They win over those that a person has chosen. */
import { browser } from "wxt/browser";

/** The policy as it is, unchecked; empty where there is none. Its form is `managed_schema.json`. */
export async function readManaged(): Promise<Record<string, unknown>> {
  try {
    return await browser.storage.managed.get(null);
  } catch {
    return {}; // Firefox rejects where there is no policy.
  }
}
