import { assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { ManualClock } from "../../tests/support/clock.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import type { View } from "../../shared/view.ts";
import type { Environment } from "../connection/connector.ts";
import type { ConnectionEvent } from "../connection/machine_events.ts";
import { startMonitor } from "./monitor.ts";
import { planOf } from "./options.ts";
import type { QuotaMonitorOptions } from "./types.ts";

/** A monitor in a page without a network. */
function monitored(options: QuotaMonitorOptions) {
  const clock = new ManualClock(NOON);
  const page = new EventTarget();
  const calls: string[] = [];
  const views: View[] = [];
  let dispatch: (event: ConnectionEvent) => void = () => {};
  let id = 0;
  const environment: Environment = {
    now: () => clock.now(),
    random: () => 0.5,
    openSocket(opened, { server_url }, to) {
      calls.push(`open ${server_url}`);
      id = opened;
      dispatch = to;
      return { send: ({ type }) => calls.push(type), close: () => calls.push("close") };
    },
    pollStatus: () => {
      calls.push("poll");
      return Promise.resolve({ kind: "status", status: statusBody({ server_time: wire(clock.now()) }) });
    },
    after: (ms, then) => clock.after(ms, then),
  };
  const monitor = startMonitor(planOf(options), (view) => views.push(view), () => {}, environment, page);
  return {
    clock,
    calls,
    views,
    monitor,
    last: () => views.at(-1)!,
    fire: (type: string) => page.dispatchEvent(new Event(type)),
    /** The service accepts the socket and sends a status. */
    goLive() {
      dispatch({ type: "socket_opened", id });
      const message = { type: "quota_update", data: statusBody(), timestamp: wire(NOON) } as const;
      dispatch({ type: "socket_message", id, message });
    },
    late: () => dispatch({ type: "socket_closed", id }),
  };
}

const OPTIONS = { service: "https://quota.acme.dev", workspaceId: "acme" };
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

Deno.test("a monitor connects when it starts, and is live after the first status", () => {
  const { views, goLive, calls } = monitored(OPTIONS);
  assertEquals([views.length, views[0].connection, views[0].status], [1, "connecting", null]);
  goLive();
  assertEquals([views.at(-1)?.connection, calls], ["live", ["open https://quota.acme.dev"]]);
});

Deno.test("a stopped monitor has no socket and no timer, and shows nothing more", () => {
  const { clock, views, monitor, goLive, calls, late, fire } = monitored(OPTIONS);
  goLive();
  const shown = views.length;
  monitor.stop();
  late();
  fire("pageshow");
  monitor.refresh();
  assertEquals([clock.pending, views.length, calls.at(-1)], [0, shown, "close"]);
});

Deno.test("a monitor that stops during a poll ignores its answer", async () => {
  const { clock, views, monitor, calls } = monitored({ ...OPTIONS, enableWebSocket: false });
  monitor.stop();
  await turn();
  assertEquals([calls, views.length, clock.pending], [["poll"], 1, 0]);
});

Deno.test("without live updates it polls at the interval", async () => {
  const { clock, calls, last } = monitored({ ...OPTIONS, enableWebSocket: false, refreshInterval: 20_000 });
  await turn();
  assertEquals([last().connection, calls], ["polling", ["poll"]]);
  clock.advance(20_000);
  assertEquals(calls, ["poll", "poll"]);
});

Deno.test("without live updates and automatic refresh, only a refresh polls", async () => {
  const { clock, calls, monitor, last } = monitored({ ...OPTIONS, enableWebSocket: false, autoRefresh: false });
  await turn();
  clock.advance(3_600_000);
  assertEquals([calls, last().connection], [["poll"], "stale"]);
  monitor.refresh();
  await turn();
  assertEquals([calls, last().connection], [["poll", "poll"], "polling"]);
});

Deno.test("options that cannot be used are explained without a request, also after a refresh", () => {
  const { calls, last, monitor, clock } = monitored({ ...OPTIONS, readKey: "qg_admin_Ab12_Cd34" });
  monitor.refresh();
  clock.advance(600_000);
  assertEquals([calls, last().connection, last().workspace_id], [[], "key_refused", "acme"]);
  assertMatch(last().problem ?? "", /^Cannot use an admin key in a page/);
});

Deno.test("a page that waits for the back button has no socket, and shows its last numbers until it is live again", () => {
  const { calls, clock, fire, goLive, last } = monitored(OPTIONS);
  goLive();
  fire("pagehide");
  assertEquals([calls.at(-1), clock.pending], ["close", 0]);
  fire("pageshow");
  assertEquals([last().connection, last().status?.seq], ["connecting", 1]);
  goLive();
  assertEquals([last().connection, calls.filter((call) => call.startsWith("open")).length], ["live", 2]);
});

Deno.test("the first show of a page opens no second socket", () => {
  const { calls, fire } = monitored(OPTIONS);
  fire("pageshow");
  assertEquals(calls.length, 1);
});
