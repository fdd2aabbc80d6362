/** Reads the badge from inside an extension page. */
import type { Badge } from "./browsers.ts";

interface ActionApi {
  getBadgeText(details: object): Promise<string>;
  getTitle(details: object): Promise<string>;
  getBadgeBackgroundColor(details: object): Promise<number[]>;
}

/** Runs in the page, so it may use nothing from this module. */
export async function readBadge(): Promise<Badge> {
  const scope = globalThis as unknown as Record<"browser" | "chrome", { action: ActionApi } | undefined>;
  const { action } = (scope.browser ?? scope.chrome)!;
  const [text, title, colour] = await Promise.all([
    action.getBadgeText({}),
    action.getTitle({}),
    action.getBadgeBackgroundColor({}),
  ]);
  return { text, title, colour: [...colour] };
}
