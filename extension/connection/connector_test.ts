import { assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import type { View } from "../../shared/view.ts";
import { Connector, type Environment } from "./connector.ts";
import type { ConnectionEvent } from "./machine_events.ts";
import type { PollResult } from "./rest.ts";

const TARGET = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };
const GONE: PollResult = { kind: "offline", sentence: "gone" };

/** One timer and one socket, controlled by the test. */
class FakeEnvironment implements Environment {
  time = NOON;
  wait: number | null = null;
  log: string[] = [];
  dispatch: (event: ConnectionEvent) => void = () => {};
  id = 0;
  answer: Promise<PollResult> = Promise.resolve(GONE);
  #fire: () => void = () => {};

  readonly now = () => this.time;
  readonly random = () => 0.5;
  readonly openSocket: Environment["openSocket"] = (id, _target, dispatch) => {
    this.log.push("open");
    Object.assign(this, { id, dispatch });
    return { send: ({ type }) => this.log.push(type), close: () => this.log.push("close") };
  };
  readonly pollStatus: Environment["pollStatus"] = () => {
    this.log.push("poll");
    return this.answer;
  };
  readonly after: Environment["after"] = (ms, callback) => {
    this.wait = ms;
    this.#fire = callback;
    return () => this.wait = null;
  };

  /** Fires the timer. */
  fire(): void {
    this.time += this.wait ?? 0;
    this.#fire();
  }
}

function connected() {
  const environment = new FakeEnvironment();
  const views: View[] = [];
  const connector = new Connector(null, (view) => views.push(view), environment);
  connector.dispatch({ type: "configure", target: TARGET, refusal: null });
  return { environment, views, connector };
}

Deno.test("a socket is live after its first status, pinged, and closed when nothing arrives", () => {
  const { environment, views } = connected();
  environment.dispatch({ type: "socket_opened", id: environment.id });
  const update = { type: "quota_update", data: statusBody(), timestamp: wire(NOON) } as const;
  environment.dispatch({ type: "socket_message", id: environment.id, message: update });
  assertEquals([views.at(-1)?.connection, environment.wait], ["live", 20_000]);
  environment.fire();
  environment.fire();
  assertEquals(environment.wait, 5_000);
  environment.fire();
  assertEquals(views.at(-1)?.connection, "stale");
  assertEquals(environment.log, ["open", "ping", "ping", "close", "poll"]);
});

Deno.test("an unreachable service is offline, with the next attempt planned", async () => {
  const { environment, views, connector } = connected();
  environment.dispatch({ type: "socket_closed", id: environment.id });
  await environment.answer;
  assertEquals([connector.view.connection, connector.view.retry_at, environment.wait], ["offline", NOON + 500, 500]);
  assertEquals(views.at(-1)?.problem, "gone");
  environment.fire();
  assertEquals(environment.log, ["open", "poll", "open"]);
});

Deno.test("without a service no timer runs", () => {
  const { environment, connector } = connected();
  connector.dispatch({ type: "configure", target: null, refusal: null });
  assertEquals([environment.wait, environment.log], [null, ["open", "close"]]);
});

Deno.test("the key is passed to socket and polls, and is in no view: views go to pages and to storage", async () => {
  const key = "qg_read_Ab12_Cd34";
  const environment = new FakeEnvironment();
  const keys: unknown[] = [];
  const { openSocket, pollStatus } = environment;
  Object.assign(environment, {
    openSocket: (...args: Parameters<typeof openSocket>) => (keys.push(args[1].key), openSocket(...args)),
    pollStatus: (...args: Parameters<typeof pollStatus>) => (keys.push(args[0].key), pollStatus(...args)),
  });
  const views: View[] = [];
  const connector = new Connector(null, (view) => views.push(view), environment);
  connector.dispatch({ type: "configure", target: { ...TARGET, key }, refusal: null });
  environment.dispatch({ type: "socket_opened", id: environment.id });
  environment.dispatch({ type: "socket_closed", id: environment.id });
  await environment.answer;
  assertEquals(keys, [key, key]);
  assertEquals(JSON.stringify([views, connector.view]).includes(key), false);
});
