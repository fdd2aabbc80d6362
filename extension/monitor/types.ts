/** The types of the package. They need nothing but the types of the contract. */
import type { StatusBody } from "../../shared/quota.ts";
import type { Connection, View } from "../../shared/view.ts";

/** What a page chooses. Every option may be left out. */
export interface QuotaMonitorOptions {
  /** Address of the service, absolute or relative to the page. By default `http://127.0.0.1:8787`. */
  service?: string;
  /** The workspace to show; by default `default`. */
  workspaceId?: string;
  /** A read key. Everybody who opens the page can read it: prefer `ticketEndpoint`. */
  readKey?: string;
  /** Address in the page's own back end that answers a POST with `{ "ticket": "…" }`. It replaces the key. */
  ticketEndpoint?: string;
  /** Whether changes arrive over a WebSocket; by default true. Otherwise the service is polled. */
  enableWebSocket?: boolean;
  /** Whether polls follow by themselves while there is no WebSocket; by default true. */
  autoRefresh?: boolean;
  /** Milliseconds between polls, from 5,000 to 30,000; by default 15,000. */
  refreshInterval?: number;
  /**
   * Whether changes are told as notifications of the browser while the page is hidden: once for a level and a window. The
   * page asks for the permission in a click of its user. Only the hook does it; by default false.
   */
  showNotifications?: boolean;
  /**
   * The language of `error` and of notifications as a BCP 47 tag, such as `de` or `pt-BR`; by default the browser's. A
   * language without a translation is replaced by the browser's, and that by English. The element follows `lang` instead.
   */
  language?: string;
}

/** What a component shows. */
export interface QuotaMonitor {
  /** Everything that is known, and how fresh it is. */
  view: View;
  /** The limits, and what is used of them; null before the first answer. */
  stats: StatusBody["stats"] | null;
  /** The service's verdict; null before the first answer. */
  status: StatusBody["status"] | null;
  /** How the numbers arrive. They are current while it is `live` or `polling`. */
  connection: Connection;
  /** A sentence for the user where there is no connection, else null. */
  error: string | null;
  /** Whether the first answer is still to come. */
  loading: boolean;
  /** Asks for current numbers. */
  refresh(): void;
}

/** Follows the quota of a workspace while the component is mounted. */
export type UseQuotaMonitor = (options?: QuotaMonitorOptions) => QuotaMonitor;
