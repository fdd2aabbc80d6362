import { assertEquals } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { call, OK, rest, withServer } from "../../../tests/support/upstream_client.ts";
import type { Connection } from "./connection.ts";
import { IdleConnections, REST_MS } from "./idle_connections.ts";

/** The part of a connection that `IdleConnections` uses. */
function fakeConnection(): Connection & { closed: boolean } {
  const connection = { idle_since_ms: 0, closed: false, close: () => void (connection.closed = true) };
  return connection as unknown as Connection & { closed: boolean };
}

Deno.test("an idle connection is reused, the most recently used one first", () => {
  const clock = new ManualClock();
  const idle = new IdleConnections(clock);
  const [first, second] = [fakeConnection(), fakeConnection()];
  idle.add(first);
  clock.advance(REST_MS);
  assertEquals(idle.take(), undefined, "the first has rested for one span");
  idle.add(second);
  clock.advance(REST_MS);
  assertEquals([idle.take(), idle.take()], [first, undefined]);
  clock.advance(REST_MS);
  assertEquals(idle.take(), second);
  assertEquals(clock.pending, 0, "no timer runs while no connection rests");
});

Deno.test("a connection that is idle for longer than 55 s is closed instead", () => {
  const clock = new ManualClock();
  const idle = new IdleConnections(clock);
  const connections = [fakeConnection(), fakeConnection()];
  for (const connection of connections) idle.add(connection);
  clock.advance(2 * REST_MS + 55_001);
  assertEquals(idle.take(), undefined);
  assertEquals(connections.map(({ closed }) => closed), [true, true]);
});

Deno.test("a connection that closes while it is idle is not reused", () => {
  const clock = new ManualClock();
  const idle = new IdleConnections(clock);
  const [first, second] = [fakeConnection(), fakeConnection()];
  idle.add(first);
  idle.add(second);
  idle.delete(first);
  clock.advance(2 * REST_MS);
  idle.delete(second);
  assertEquals(idle.take(), undefined);
});

Deno.test("no more than 1,024 idle connections are kept", () => {
  const idle = new IdleConnections(new ManualClock());
  const connections = Array.from({ length: 1025 }, fakeConnection);
  for (const connection of connections) idle.add(connection);
  assertEquals(connections.filter(({ closed }) => closed).length, 1);
  idle.close();
});

const SECOND = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong";

for (const delay_ms of [0, 1, 2, 3, 4, 5]) {
  Deno.test(
    `FAULT 67: a second response ${delay_ms} ms after the first one reaches no other call`,
    withServer(
      (socket, nth) => {
        socket.write(OK);
        if (nth === 0) setTimeout(() => socket.write(SECOND), delay_ms);
      },
      async (upstream, server, clock) => {
        // The clock stops until the faulty response has arrived, as if its connection were idle for 5 ms.
        for (let nth = 0; nth < 6; nth++) assertEquals((await call(upstream)).body, "ok");
        await eventually(() => assertEquals(server.open, 5));
        rest(clock);
        for (let nth = 0; nth < 5; nth++) assertEquals((await call(upstream)).body, "ok");
        assertEquals(server.connections, 6);
      },
    ),
  );
}

Deno.test(
  "FAULT 67: a second response in one piece with the first one reaches no other call",
  withServer((socket, nth) => socket.write(nth === 0 ? OK + SECOND : OK), async (upstream, server, clock) => {
    assertEquals((await call(upstream)).body, "ok");
    rest(clock);
    assertEquals((await call(upstream)).body, "ok");
    assertEquals(server.connections, 2);
  }),
);
