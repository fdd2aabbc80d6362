/** One monitored workspace: the connection of the extension, with the options of a page. */
import { EMPTY_VIEW, type View } from "../../shared/view.ts";
import { BROWSER_CLOCK } from "../connection/browser.ts";
import { Connector, type Environment } from "../connection/connector.ts";
import type { Describe } from "../connection/failure.ts";
import { pollWith } from "../connection/rest.ts";
import { openSocketWith } from "../connection/socket.ts";
import type { Target } from "../connection/target.ts";
import { describeForPage } from "./describe_for_page.ts";
import type { MonitorPlan } from "./options.ts";
import { explainNoSocket, fetchTicket } from "./requests.ts";

export interface Monitor {
  /** Asks for current numbers. */
  refresh(): void;
  /** Ends the connection and its timer. No view follows. */
  stop(): void;
}

/** The page as a monitor sees it. */
type PageEvents = Pick<EventTarget, "addEventListener" | "removeEventListener">;

/** The view before the first answer. */
export const STARTING_VIEW: View = { ...EMPTY_VIEW, connection: "connecting" };

/**
 * Connects, and shows the first view before it returns.
 *
 * @param show called with each view, until the monitor is stopped.
 * @param useLanguage called before a sentence is said.
 */
export function startMonitor(
  plan: MonitorPlan,
  show: (view: View) => void,
  useLanguage: () => void,
  environment?: Environment,
  page: PageEvents = globalThis,
): Monitor {
  const { target, problem } = plan;
  if (problem !== null) return refuse(plan, show);
  const life = new AbortController();
  let connector: Connector | null = null;
  let view = STARTING_VIEW;

  function connect(): void {
    const opened = connector = new Connector(view, (next) => {
      if (connector === opened) show(view = next);
    }, environment ?? environmentOf(plan, useLanguage));
    opened.dispatch({ type: "configure", target, refusal: null });
  }
  function disconnect(): void {
    const closed = connector;
    connector = null;
    closed?.dispatch({ type: "configure", target: null, refusal: null });
  }

  // A page with an open socket is not kept for the back button, and a kept page is frozen.
  page.addEventListener("pagehide", disconnect, { signal: life.signal });
  page.addEventListener("pageshow", () => connector ?? connect(), { signal: life.signal });
  connect();
  return {
    refresh: () => connector?.dispatch({ type: "refresh" }),
    stop() {
      life.abort();
      disconnect();
    },
  };
}

/** Options that cannot be used: one view that says so, and no request. */
function refuse(
  { target: { server_url, workspace_id, key }, problem }: MonitorPlan,
  show: (view: View) => void,
): Monitor {
  const connection = key ? "key_refused" : "refused";
  show({ ...STARTING_VIEW, server_url, workspace_id, connection, problem });
  return { refresh() {}, stop() {} };
}

/** The browser's network, with tickets from the page's own back end where it gives them. */
function environmentOf({ ticketEndpoint: endpoint }: MonitorPlan, useLanguage: () => void): Environment {
  const describe: Describe = (fault, circumstances) => {
    useLanguage();
    return describeForPage(fault, circumstances);
  };
  const getTicket = endpoint === null ? undefined : (_: Target, signal: AbortSignal) => fetchTicket(endpoint, signal);
  return {
    ...BROWSER_CLOCK,
    openSocket: (id, target, dispatch) => openSocketWith(describe, id, target, dispatch, undefined, getTicket),
    pollStatus: (target, signal) =>
      endpoint === null
        ? pollWith(describe, target, signal, fetch)
        : explainNoSocket(target, endpoint, signal, useLanguage),
  };
}
