import { assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import type { View } from "../../shared/view.ts";
import { Connector, type World } from "./connector.ts";
import type { ConnectionEvent, PollResult } from "./machine.ts";

const TARGET = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };
const GONE: PollResult = { kind: "unreachable", sentence: "gone" };

/** A world with one timer and one socket, both in the test's hands. */
class FakeWorld implements World {
  time = NOON;
  wait: number | null = null;
  log: string[] = [];
  tell: (event: ConnectionEvent) => void = () => {};
  id = 0;
  answer: Promise<PollResult> = Promise.resolve(GONE);
  #ring: () => void = () => {};

  readonly now = () => this.time;
  readonly random = () => 0.5;
  readonly openLine: World["openLine"] = (id, _target, tell) => {
    this.log.push("open");
    Object.assign(this, { id, tell });
    return { send: ({ type }) => this.log.push(type), close: () => this.log.push("close") };
  };
  readonly pollStatus: World["pollStatus"] = () => {
    this.log.push("poll");
    return this.answer;
  };
  readonly after: World["after"] = (ms, callback) => {
    this.wait = ms;
    this.#ring = callback;
    return () => this.wait = null;
  };

  /** Lets the timer that is set ring. */
  ring(): void {
    this.time += this.wait ?? 0;
    this.#ring();
  }
}

function connected() {
  const world = new FakeWorld();
  const views: View[] = [];
  const connector = new Connector(null, (view) => views.push(view), world);
  connector.tell({ type: "configure", target: TARGET, refusal: null });
  return { world, views, connector };
}

Deno.test("a socket that tells a status is live, pinged in time, and dropped when silent", () => {
  const { world, views } = connected();
  world.tell({ type: "socket_opened", id: world.id });
  const update = { type: "quota_update", data: statusBody(), timestamp: wire(NOON) } as const;
  world.tell({ type: "socket_message", id: world.id, message: update });
  assertEquals([views.at(-1)?.connection, world.wait], ["live", 20_000]);
  world.ring();
  world.ring();
  assertEquals(world.wait, 5_000);
  world.ring();
  assertEquals(views.at(-1)?.connection, "stale");
  assertEquals(world.log, ["open", "ping", "ping", "close", "poll"]);
});

Deno.test("a service that is gone is offline, with the next attempt planned", async () => {
  const { world, views, connector } = connected();
  world.tell({ type: "socket_closed", id: world.id });
  await world.answer;
  assertEquals([connector.view.connection, connector.view.retry_at, world.wait], ["offline", NOON + 500, 500]);
  assertEquals(views.at(-1)?.problem, "gone");
  world.ring();
  assertEquals(world.log, ["open", "poll", "open"]);
});

Deno.test("with nothing to connect to, no timer runs", () => {
  const { world, connector } = connected();
  connector.tell({ type: "configure", target: null, refusal: null });
  assertEquals([world.wait, world.log], [null, ["open", "close"]]);
});
