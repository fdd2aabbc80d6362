/** The theme of the extension's own pages. */
import type { Preferences } from "../../state/settings.ts";

/** Shows the page in this theme. The style sheet has the colours of each. */
export function applyTheme(theme: Preferences["theme"]): void {
  document.documentElement.dataset.theme = theme;
}
