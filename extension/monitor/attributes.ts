/** The attributes of the element as options of a monitor. */
import type { QuotaMonitorOptions } from "./types.ts";

/** The values of the attribute `theme`; with any other value, the element follows the page's `color-scheme`. */
export const THEMES = ["light", "dark"];

/** @param read the text of an attribute, or null where it is not set. */
export function optionsOf(read: (name: string) => string | null): QuotaMonitorOptions {
  const text = (name: string) => read(name) || undefined;
  return {
    service: text("service"),
    workspaceId: text("workspace"),
    readKey: text("key"),
    ticketEndpoint: text("ticket-endpoint"),
    enableWebSocket: read("live") !== "false",
    refreshInterval: Number(read("refresh-interval")) || undefined,
  };
}
