import { Connector, type Environment } from "../../extension/connection/connector.ts";
import type { ConnectionEvent } from "../../extension/connection/machine_events.ts";
import { pollStatus } from "../../extension/connection/rest.ts";
import { openSocket } from "../../extension/connection/socket.ts";
import { send } from "../api/fixture.ts";
import { run, type Running, until } from "../api/running.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** The extension's connection to a real service, with the service's clock; the test controls its timer and its messages. */
function connect({ service, clock }: Running, passes: (event: ConnectionEvent) => boolean = () => true) {
  let fire = () => {};
  let polls = 0;
  const environment: Environment = {
    now: () => clock.now(),
    random: () => 0.5,
    openSocket: (id, target, dispatch) => openSocket(id, target, (event) => void (passes(event) && dispatch(event))),
    pollStatus: (target, signal) => (polls++, pollStatus(target, signal)),
    after: (_ms, callback) => {
      fire = callback;
      return () => fire = () => {};
    },
  };
  const connector = new Connector(null, () => {}, environment);
  const target = { server_url: service.url, workspace_id: "acme" };
  connector.dispatch({ type: "configure", target, refusal: null });
  return { connector, fire: () => fire(), polls: () => polls, disconnect: () => connector.dispatch(DISCONNECT) };
}

const DISCONNECT: ConnectionEvent = { type: "configure", target: null, refusal: null };

Deno.test("FAULT 46: after a gap in seq the next message holds the whole status", async () => {
  await using running = await run();
  const { service, clock } = running;
  const seqs: number[] = [];
  const taken: number[] = [];
  const { connector, polls, disconnect } = connect(running, (event) => {
    if (event.type !== "socket_message" || event.message.type !== "quota_update") return true;
    seqs.push(event.message.data.seq);
    // Only the first and the last message arrive.
    const passes = seqs.length === 1 || event.message.data.stats.requests_per_minute?.current === 5;
    if (passes) taken.push(event.message.data.seq);
    return passes;
  });
  await until(() => connector.view.connection === "live", "the first status");
  for (let call = 1; call <= 5; call++) {
    send(service.tracker);
    clock.advance(1000);
    await until(() => seqs.length >= call + 1, `the message of call ${call}`);
  }
  assert(taken.at(-1)! > taken[0] + 1, `no gap between ${taken}`);
  const { seq, stats, usage } = service.tracker.status("acme");
  const shown = connector.view.status!;
  assertEquals([shown.seq, shown.stats, shown.usage], [seq, stats, usage]);
  assertEquals([connector.view.connection, polls()], ["live", 0]);
  disconnect();
});

Deno.test("FAULT 56: after eight hours of sleep the view is stale until the service answers", async () => {
  await using running = await run();
  const { service, clock } = running;
  const { connector, fire, polls, disconnect } = connect(running);
  await until(() => connector.view.connection === "live", "the first status");
  send(service.tracker);
  // Its timer does not fire during sleep; the service gets no pong and closes the socket.
  clock.advance(8 * 3_600_000);
  assertEquals([connector.view.connection, connector.view.status?.seq !== undefined], ["stale", true]);
  send(service.tracker);
  connector.dispatch({ type: "tick" });
  await until(() => connector.view.connection === "polling", "an answer to the poll");
  assertEquals(polls(), 1);
  clock.advance(1000);
  fire();
  await until(() => connector.view.connection === "live", "a status over a new socket");
  assertEquals(connector.view.status?.stats.requests_per_day, service.tracker.status("acme").stats.requests_per_day);
  assertEquals(connector.view.status?.stats.requests_per_minute?.current, 1);
  disconnect();
});
