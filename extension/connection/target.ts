/** The service and workspace of a connection, and its addresses. */

export interface Target {
  /** Origin and path of the service, no trailing slash. */
  server_url: string;
  /** A normalized workspace id. */
  workspace_id: string;
  /** The key that this service gave this browser; none for a service without keys. */
  key?: string | null;
  /** `false`: no WebSocket is opened, and the service is only polled. */
  live?: boolean;
  /** Milliseconds between polls while no WebSocket delivers; null: none follows by itself. 15 seconds by default. */
  poll_every_ms?: number | null;
}

/** Whether two targets are the same: only then may a snapshot of one be shown for the other. */
export function sameTarget(a: Target | null, b: Target | null): boolean {
  return a?.server_url === b?.server_url && a?.workspace_id === b?.workspace_id;
}

/** Address of the WebSocket: `http:` becomes `ws:` and `https:` becomes `wss:`. */
export function socketUrl(target: Target): string {
  return address(target, "/api/quota/ws").replace(/^http/, "ws");
}

/** Address of the status body over REST. */
export function statusUrl(target: Target): string {
  return address(target, "/api/quota/status");
}

function address({ server_url, workspace_id }: Target, path: string): string {
  return `${server_url}${path}?workspace_id=${encodeURIComponent(workspace_id)}`;
}
