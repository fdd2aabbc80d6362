/**
 * A page's options of its monitor, checked and completed. Their problems are in English: the author of the page reads them,
 * and no visitor.
 */
import { DEFAULT_WORKSPACE, parseWorkspaceId } from "../../shared/workspace.ts";
import { POLL_EVERY_MS } from "../connection/machine_state.ts";
import type { Target } from "../connection/target.ts";
import type { QuotaMonitorOptions } from "./types.ts";

/** How to connect; `problem` says why that is not possible. */
export interface MonitorPlan {
  target: Target;
  ticketEndpoint: string | null;
  problem: string | null;
}

const DEFAULT_SERVICE = "http://127.0.0.1:8787";

const MIN_INTERVAL_MS = 5_000;
/** A longer interval would let the numbers become stale between two polls. */
const MAX_INTERVAL_MS = 30_000;

/**
 * Completes the options with their defaults, and finds the first one that cannot be used.
 *
 * @param base the page's address, for relative addresses.
 */
export function planOf(options: QuotaMonitorOptions, base?: string): MonitorPlan {
  const { service = DEFAULT_SERVICE, workspaceId = DEFAULT_WORKSPACE, readKey, enableWebSocket = true } = options;
  const server_url = addressOf(service, base);
  const workspace_id = parseWorkspaceId(workspaceId);
  const ticketEndpoint = options.ticketEndpoint ? addressOf(options.ticketEndpoint, base) : null;
  const problems = [
    server_url === null && cannotUse(service, "the service's address", "an address such as https://quota.acme.dev"),
    workspace_id === null && cannotUse(workspaceId, "a workspace", "1 to 64 of a-z, 0-9, _ and -"),
    readKey && problemOfKey(readKey),
    readKey && options.ticketEndpoint && "Cannot use a read key and a ticket endpoint together: give one of them.",
    options.ticketEndpoint && ticketEndpoint === null &&
    cannotUse(options.ticketEndpoint, "the ticket endpoint", "an address of your own back end"),
    ticketEndpoint && !enableWebSocket && "Cannot poll with a ticket: it opens a WebSocket only. Turn live updates on.",
  ];
  return {
    target: {
      // Without the trailing slash, query and fragment.
      server_url: server_url?.replace(/\/*([?#].*)?$/, "") ?? "",
      workspace_id: workspace_id ?? DEFAULT_WORKSPACE,
      key: readKey || null,
      live: enableWebSocket,
      poll_every_ms: intervalOf(options),
    },
    ticketEndpoint,
    problem: problems.find((problem) => !!problem) || null,
  };
}

function cannotUse(text: string, as: string, accepted: string): string {
  return `Cannot use "${text.slice(0, 80)}" as ${as}: give ${accepted}.`;
}

/** A page shows its key to everybody who opens it, so a key that can do more than read is refused. */
function problemOfKey(key: string): string | null {
  const kind = /^qg_(ingest|read|admin)_/.exec(key)?.[1];
  if (kind === "read") return null;
  if (!kind) return "Cannot use this key: a page needs a read key, which begins with qg_read_.";
  return `Cannot use an ${kind} key in a page, where everybody can read it: revoke it, and give a read key.`;
}

/** The absolute address, or null where the text is none of http or https, or holds a password. */
function addressOf(text: string, base?: string): string | null {
  const url = URL.parse(text, base);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : null;
}

function intervalOf({ autoRefresh = true, refreshInterval = POLL_EVERY_MS }: QuotaMonitorOptions): number | null {
  if (!autoRefresh) return null;
  return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, refreshInterval || POLL_EVERY_MS));
}
