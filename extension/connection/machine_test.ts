import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import { EMPTY_VIEW, STALE_AFTER_MS, type View } from "../../shared/view.ts";
import { BACKOFF_CAP_MS, fullJitter } from "../../shared/backoff.ts";
import { step } from "./machine.ts";
import type { ConnectionEvent, Effect } from "./machine_events.ts";
import { dueAt, initialState, type MachineState, POLL_EVERY_MS, viewOf } from "./machine_state.ts";
import type { Target } from "./target.ts";

const TARGET = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };
const OTHER = { server_url: "http://127.0.0.1:9999", workspace_id: "acme" };

/** A machine and its clock, with the effects of the last event. */
class Fixture {
  state: MachineState = initialState(null);
  now = NOON;
  effects: Effect[] = [];

  dispatch(event: ConnectionEvent): this {
    const { state, effects } = step(this.state, event, { now: this.now, random: () => 0.5 });
    this.state = state;
    this.effects = effects;
    return this;
  }
  configure(target: Target | null = TARGET, refusal: string | null = null): this {
    return this.dispatch({ type: "configure", target, refusal });
  }
  update(seq = 1, workspace_id = "acme"): this {
    const data = statusBody({ seq, workspace_id, server_time: wire(this.now) });
    return this.message({ type: "quota_update", data, timestamp: wire(this.now) });
  }
  message(message: Extract<ConnectionEvent, { type: "socket_message" }>["message"]): this {
    return this.dispatch({ type: "socket_message", id: this.state.socket?.id ?? -1, message });
  }
  open(): this {
    return this.dispatch({ type: "socket_opened", id: this.state.socket?.id ?? -1 });
  }
  close(): this {
    return this.dispatch({ type: "socket_closed", id: this.state.socket?.id ?? -1 });
  }
  unreadable(): this {
    return this.dispatch({ type: "socket_unreadable", id: this.state.socket?.id ?? -1, failure: UNREADABLE });
  }
  polled(result: Extract<ConnectionEvent, { type: "polled" }>["result"]): this {
    return this.dispatch({ type: "polled", id: this.state.poll?.id ?? -1, result });
  }
  live(): this {
    return this.configure().open().update();
  }
  advance(ms: number): this {
    this.now += ms;
    return this.dispatch({ type: "tick" });
  }
  get view(): View {
    return viewOf(this.state, this.now);
  }
  get effectTypes(): string[] {
    return this.effects.map(({ type }) => type);
  }
}

const UNREACHABLE = { kind: "offline", sentence: "gone" } as const;
const UNREADABLE = { kind: "outdated", sentence: "update the extension" } as const;
const REFUSED = { kind: "refused", sentence: "no such workspace" } as const;
const KEY_REFUSED = { kind: "key_refused", sentence: "pair again" } as const;
const STATUS = { kind: "status", status: statusBody({ seq: 9 }) } as const;

const CASES: [name: string, fixture: () => Fixture, connection: View["connection"], effects: string[]][] = [
  ["no service is configured", () => new Fixture().configure(null), "unconfigured", []],
  ["configured: a socket is opened", () => new Fixture().configure(), "connecting", ["open_socket"]],
  ["the socket is open, no status has arrived", () => new Fixture().configure().open(), "connecting", []],
  ["the first status arrives", () => new Fixture().live(), "live", []],
  [
    "a missing permission: no attempt is made",
    () => {
      return new Fixture().configure(TARGET, "not allowed").advance(60_000);
    },
    "not_permitted",
    [],
  ],
  ["the socket fails: one poll is sent", () => new Fixture().configure().close(), "connecting", ["poll"]],
  ["neither socket nor REST works", () => new Fixture().configure().close().polled(UNREACHABLE), "offline", []],
  ["only REST works", () => new Fixture().configure().close().polled(STATUS), "polling", []],
  [
    "FAULT 73: the answer to a poll cannot be read",
    () => new Fixture().configure().close().polled(UNREADABLE),
    "outdated",
    [],
  ],
  ["FAULT 73: an update cannot be read: the socket stays", () => new Fixture().live().unreadable(), "outdated", []],
  ["FAULT 73: the next update can be read", () => new Fixture().live().unreadable().update(1), "live", []],
  ["REST is refused", () => new Fixture().configure().close().polled(REFUSED), "refused", []],
  ["the key is refused", () => new Fixture().configure().close().polled(KEY_REFUSED), "key_refused", []],
  [
    "no attempt follows a refused key for a minute",
    () => {
      return new Fixture().configure().close().polled(KEY_REFUSED).advance(59_999);
    },
    "key_refused",
    [],
  ],
  [
    "a minute after a refused key, one attempt is made",
    () => {
      return new Fixture().configure().close().polled(KEY_REFUSED).advance(60_000);
    },
    "key_refused",
    ["open_socket"],
  ],
  [
    "a refused key ends an attempt in progress",
    () => {
      return new Fixture().configure().close().advance(500).polled(KEY_REFUSED);
    },
    "key_refused",
    ["close_socket"],
  ],
  [
    "the key is revoked while connected: one poll gets the reason",
    () => {
      const revoked = { type: "error", code: "key_invalid", detail: "revoked" } as const;
      return new Fixture().live().message(revoked).close().polled(KEY_REFUSED).advance(30_000);
    },
    "key_refused",
    [],
  ],
  [
    "new settings end the wait after a refused key",
    () => {
      return new Fixture().configure().close().polled(KEY_REFUSED).configure();
    },
    "connecting",
    ["open_socket"],
  ],
  [
    "a socket is tried again after a refusal",
    () => {
      return new Fixture().configure().close().polled(REFUSED).advance(1_000);
    },
    "refused",
    ["open_socket"],
  ],
  [
    "the socket does not open in time",
    () => {
      return new Fixture().configure().advance(10_000);
    },
    "connecting",
    ["close_socket", "poll"],
  ],
  ["no message for 45 s: the socket is closed", () => new Fixture().live().advance(STALE_AFTER_MS), "stale", [
    "close_socket",
    "poll",
  ]],
  ["no message for 20 s: a ping is sent", () => new Fixture().live().advance(20_000), "live", ["send"]],
  ["a ping is answered with a pong", () => new Fixture().live().message({ type: "ping" }), "live", ["send"]],
  [
    "polling continues while the socket fails",
    () => {
      return new Fixture().configure().close().polled(STATUS).advance(1_000).close().advance(POLL_EVERY_MS);
    },
    "polling",
    ["open_socket", "poll"],
  ],
  [
    "polling ends when the socket delivers a status",
    () => {
      return new Fixture().configure().close().polled(STATUS).advance(1_000).open().update();
    },
    "live",
    [],
  ],
  [
    "a status on the socket ends a poll that is in flight",
    () => {
      return new Fixture().configure().close().advance(1_000).open().update();
    },
    "live",
    ["abort_poll"],
  ],
  [
    "a poll fails while polling",
    () => {
      return new Fixture().configure().close().polled(STATUS).advance(POLL_EVERY_MS).polled(UNREACHABLE);
    },
    "offline",
    [],
  ],
  [
    "an error message waits for the socket to close",
    () => {
      return new Fixture().configure().open().message({ type: "error", code: "x", detail: "x" });
    },
    "connecting",
    [],
  ],
];

for (const [name, run, connection, effects] of CASES) {
  Deno.test(`connection: ${name}`, () => {
    const fixture = run();
    assertEquals([fixture.view.connection, fixture.effectTypes], [connection, effects]);
  });
}

Deno.test("while offline an old status does not make the next tick due", () => {
  const fixture = new Fixture().live().close().polled(UNREACHABLE).advance(60_000);
  assertEquals(fixture.effectTypes, ["open_socket"]);
  assertEquals(dueAt(fixture.state), fixture.now + 10_000);
});

Deno.test("while only REST works, the timer alone polls every 15 s", () => {
  const fixture = new Fixture().configure().close().polled(STATUS);
  // The socket is answered by nothing: it is given up and opened again.
  const polls: number[] = [];
  while (fixture.now < NOON + 60_000) {
    fixture.advance(dueAt(fixture.state)! - fixture.now);
    if (!fixture.effectTypes.includes("poll")) continue;
    polls.push(fixture.now - NOON);
    fixture.polled(STATUS);
  }
  assertEquals(polls, [15_000, 30_000, 45_000, 60_000]);
});

const POLLED_TARGET: Target = { ...TARGET, live: false, poll_every_ms: 30_000 };

Deno.test("without live updates no socket is opened, and polls follow at the chosen interval", () => {
  const fixture = new Fixture().configure(POLLED_TARGET);
  assertEquals(fixture.effectTypes, ["poll"]);
  assertEquals(fixture.polled(STATUS).view.connection, "polling");
  assertEquals(fixture.advance(29_999).effectTypes, []);
  assertEquals(fixture.advance(1).effectTypes, ["poll"]);
});

Deno.test("without live updates a failed poll is tried again after a growing wait", () => {
  const fixture = new Fixture().configure(POLLED_TARGET).polled(UNREACHABLE);
  assertEquals([fixture.view.connection, fixture.view.retry_at], ["offline", dueAt(fixture.state)]);
  const [first, second, third] = [1, 2, 3].map(() => {
    const wait = dueAt(fixture.state)! - fixture.now;
    assertEquals(fixture.advance(wait).effectTypes, ["poll"]);
    fixture.polled(UNREACHABLE);
    return wait;
  });
  assert(first < second && second < third);
  assertEquals(fixture.advance(60_000).polled(STATUS).state.failures, 0);
  assertEquals(fixture.advance(30_000).polled(KEY_REFUSED).advance(59_999).effectTypes, []);
});

Deno.test("without an interval no poll follows by itself, and a refresh polls again", () => {
  const fixture = new Fixture().configure({ ...POLLED_TARGET, poll_every_ms: null }).polled(STATUS);
  assertEquals(fixture.advance(STALE_AFTER_MS).effectTypes, []);
  assertEquals([fixture.view.connection, dueAt(fixture.state)], ["stale", null]);
  assertEquals(fixture.dispatch({ type: "refresh" }).effectTypes, ["poll"]);
  assertEquals(fixture.polled(STATUS).dispatch({ type: "refresh" }).effectTypes, ["poll"]);
  assertEquals(fixture.dispatch({ type: "refresh" }).effectTypes, []);
});

Deno.test("a refresh pings a live socket, which stays live, and tries a lost one again", () => {
  const live = new Fixture().live().dispatch({ type: "refresh" });
  assertEquals([live.effectTypes, live.view.connection], [["send"], "live"]);
  const lost = new Fixture().live().close().polled(UNREACHABLE);
  assertEquals(lost.dispatch({ type: "refresh" }).effectTypes, ["open_socket"]);
});

Deno.test("the view says why there is no connection, until there is one", () => {
  const { view } = new Fixture().configure(TARGET, "not allowed");
  assertEquals(view.problem, "not allowed");
  const fixture = new Fixture().configure().close().polled(REFUSED);
  assertEquals(fixture.view.problem, REFUSED.sentence);
  assertEquals(fixture.advance(1_000).view.problem, REFUSED.sentence);
  assertEquals(fixture.open().update().view.problem, null);
  assertEquals(fixture.close().polled(UNREACHABLE).view.problem, UNREACHABLE.sentence);
  assertEquals(fixture.configure().view.problem, null);
});

Deno.test("the clock offset is the service's clock minus ours", () => {
  const fixture = new Fixture().configure().open();
  const data = statusBody({ server_time: wire(NOON + 90_000) });
  fixture.message({ type: "quota_update", data, timestamp: wire(NOON) });
  assertEquals(fixture.view.clock_offset_ms, 90_000);
});

Deno.test("ticks before the due time have no effects", () => {
  const fixture = new Fixture().live();
  for (let i = 0; i < 19; i++) assertEquals(fixture.advance(1_000).effectTypes, []);
});

Deno.test("FAULT 73: after an update that cannot be read, pings confirm nothing and the old numbers are kept", () => {
  const fixture = new Fixture().live().advance(5_000).unreadable();
  for (let second = 0; second < 120; second += 15) {
    fixture.advance(15_000).message({ type: "ping" });
    const { connection, confirmed_at, status, problem } = fixture.view;
    assertEquals([connection, confirmed_at, status?.seq, problem], ["outdated", NOON, 1, UNREADABLE.sentence]);
  }
  assertEquals([fixture.update(1).view.connection, fixture.view.confirmed_at, fixture.view.problem], [
    "live",
    fixture.now,
    null,
  ]);
});

Deno.test("FAULT 73: a poll that cannot be read confirms nothing", () => {
  const { view } = new Fixture().configure().close().polled(STATUS).advance(15_000).polled(UNREADABLE);
  assertEquals([view.connection, view.confirmed_at, view.status?.seq], ["outdated", NOON, 9]);
});

Deno.test("any message confirms the status of its socket", () => {
  assertEquals(new Fixture().live().advance(30_000).message({ type: "pong" }).view.confirmed_at, NOON + 30_000);
});

Deno.test("an error message confirms nothing", () => {
  const error = { type: "error", code: "key_invalid", detail: "revoked" } as const;
  assertEquals(new Fixture().live().advance(30_000).message(error).view.confirmed_at, NOON);
});

Deno.test("a message does not confirm the status of an earlier socket", () => {
  const fixture = new Fixture().live().close().advance(30_000).open().message({ type: "ping" });
  assertEquals([fixture.view.confirmed_at, fixture.view.connection], [NOON, "connecting"]);
});

Deno.test("one socket accepts no earlier status, a new socket accepts any", () => {
  const fixture = new Fixture().configure().open().update(7).update(6);
  assertEquals(fixture.view.status?.seq, 7);
  assertEquals(fixture.close().polled(UNREACHABLE).advance(1_000).open().update(1).view.status?.seq, 1);
});

Deno.test("a lower seq at a later time is of a restarted service, behind a proxy that kept the socket", () => {
  const fixture = new Fixture().configure().open().update(7).advance(5_000).update(0);
  assertEquals([fixture.view.status?.seq, fixture.update(1).view.status?.seq], [0, 1]);
});

Deno.test("a service restarted twice: its last known status is kept, not the one before", () => {
  const fixture = new Fixture().configure().open().update(40);
  for (const seq of [3, 0]) {
    fixture.close().polled(UNREACHABLE);
    assertEquals(fixture.view.connection, "offline");
    fixture.advance(30_000).open().update(seq);
    assertEquals([fixture.view.connection, fixture.view.status?.seq], ["live", seq]);
  }
  fixture.close().polled(UNREACHABLE);
  const stored = JSON.parse(JSON.stringify(fixture.view));
  assertEquals([fixture.view.connection, fixture.view.status?.seq], ["offline", 0]);
  fixture.state = initialState(stored);
  assertEquals(fixture.configure().view.status?.seq, 0);
});

Deno.test("the status of another workspace is ignored", () => {
  const fixture = new Fixture().live().update(5, "rival");
  assertEquals(fixture.view.status?.workspace_id, "acme");
  assertEquals(fixture.view.status?.seq, 1);
});

Deno.test("FAULT 58: with another server the old status, socket and late messages are dropped", () => {
  const fixture = new Fixture().live();
  const old = fixture.state.socket?.id ?? -1;
  fixture.configure(OTHER);
  assertEquals(fixture.effects, [{ type: "close_socket" }, { type: "open_socket", id: old + 1, target: OTHER }]);
  assertEquals([fixture.view.status, fixture.view.confirmed_at, fixture.view.server_url], [
    null,
    null,
    OTHER.server_url,
  ]);
  const late = statusBody({ seq: 99 });
  fixture.dispatch({
    type: "socket_message",
    id: old,
    message: { type: "quota_update", data: late, timestamp: wire(fixture.now) },
  });
  assertEquals(fixture.view.status, null);
});

Deno.test("reconnecting to the same server keeps the last status", () => {
  assertEquals(new Fixture().live().configure().view.status?.seq, 1);
});

Deno.test("the answer to an aborted poll is ignored", () => {
  const fixture = new Fixture().configure().close();
  const id = fixture.state.poll?.id ?? -1;
  assertEquals(fixture.configure(OTHER).effectTypes, ["abort_poll", "open_socket"]);
  fixture.dispatch({ type: "polled", id, result: STATUS });
  assertEquals([fixture.view.status, fixture.view.connection], [null, "connecting"]);
});

Deno.test("a stored status is shown at start, but not as current", () => {
  const stored: View = { ...EMPTY_VIEW, ...TARGET, connection: "live", status: statusBody(), confirmed_at: NOON };
  const state = initialState(stored);
  assertEquals(viewOf(state, NOON).connection, "connecting");
  const { state: configured } = step(state, { type: "configure", target: TARGET, refusal: null }, {
    now: NOON,
    random: () => 0,
  });
  assertEquals(viewOf(configured, NOON).status?.seq, 1);
});

Deno.test("a stable socket resets the back-off, a short-lived one does not", () => {
  const failures = (open_ms: number) =>
    new Fixture().configure().close().advance(1_000).open().update().advance(open_ms).close();
  assertEquals([9_999, 10_000].map((ms) => failures(ms).state.failures), [2, 1]);
  const steady = new Fixture().live().advance(15_000).close();
  assertEquals(steady.state.failures, 1);
  const flapping = steady.advance(1_000).open().update().close();
  assertEquals(flapping.state.failures, 2);
});

Deno.test("FAULT 56: after sleep the view is stale until a poll is answered", () => {
  const fixture = new Fixture().live();
  fixture.now += 8 * 3_600_000;
  assertEquals(fixture.view.connection, "stale");
  assertEquals(fixture.dispatch({ type: "tick" }).effectTypes, ["close_socket", "poll"]);
  assertEquals(fixture.polled(STATUS).view.connection, "polling");
  assertEquals(fixture.advance(1_000).effectTypes, ["open_socket"]);
  assertEquals([fixture.open().update(10).view.connection, fixture.view.status?.seq], ["live", 10]);
});

Deno.test("FAULT 56: after sleep while polling, the timer waits for the poll and does not spin", () => {
  const fixture = new Fixture().configure().close().polled(STATUS);
  fixture.advance(8 * 3_600_000);
  assertEquals([fixture.view.connection, fixture.effectTypes], ["stale", ["open_socket", "poll"]]);
  assertEquals(dueAt(fixture.state), fixture.now + 10_000);
  assertEquals(fixture.polled(STATUS).view.connection, "polling");
});

Deno.test("FAULT 46: after lost messages the last one gives the whole status", () => {
  const lost = fc.array(fc.boolean(), { maxLength: 20 });
  fc.assert(fc.property(lost, (lost) => {
    const fixture = new Fixture().live();
    lost.forEach((gone, at) => !gone && fixture.update(at + 2));
    fixture.update(lost.length + 2);
    const { seq, stats } = fixture.view.status!;
    assertEquals([seq, stats], [lost.length + 2, statusBody().stats]);
    assertEquals(fixture.effects, [], "a gap has no effects");
  }));
});

for (
  const [jump, ms] of [["an hour ahead", 3_600_000], ["an hour back", -3_600_000], ["a day back", -86_400_000]] as const
) {
  Deno.test(`FAULT 62: when our clock was set ${jump}, a ping confirms nothing: the offset is wrong until a new status`, () => {
    const fixture = new Fixture().live();
    fixture.now += ms;
    assertEquals(fixture.message({ type: "ping" }).effectTypes, ["close_socket", "poll"]);
    assertEquals(fixture.view.connection, "stale");
    const service_time = NOON + 1_000;
    const status = statusBody({ seq: 2, server_time: wire(service_time) });
    assertEquals(fixture.polled({ kind: "status", status }).view.clock_offset_ms, service_time - fixture.now);
  });
}

Deno.test("FAULT 56: an update that waited in a buffer during sleep is not taken as fresh", () => {
  const fixture = new Fixture().live();
  const data = statusBody({ seq: 2, server_time: wire(fixture.now + 1_000) });
  fixture.now += 8 * 3_600_000;
  fixture.message({ type: "quota_update", data, timestamp: data.server_time });
  assertEquals([fixture.view.connection, fixture.effectTypes], ["stale", ["close_socket", "poll"]]);
});

Deno.test("after the clock is set back an hour the view is stale and the machine goes on", () => {
  const fixture = new Fixture().live();
  fixture.now -= 3_600_000;
  assertEquals(fixture.view.connection, "stale");
  assertEquals(fixture.dispatch({ type: "tick" }).effectTypes, ["close_socket", "poll"]);
});

Deno.test("the wait before the next attempt is within the bounds of full jitter", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, r) => {
    const wait = fullJitter(n, () => r);
    assert(wait >= 0 && wait < Math.min(BACKOFF_CAP_MS, 1_000 * 2 ** (n - 1)), `${wait} ms after ${n} failures`);
  }));
});

/** A random wait and event: for the present socket or poll, or for an older one. */
const anyEvent = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: -90_000, max: 0 })),
  kind: fc.constantFrom(
    "tick",
    "open",
    "update",
    "ping",
    "close",
    "status",
    "refused",
    "key_refused",
    "gone",
    "late",
    "configure",
    "unreadable",
  ),
  seq: fc.nat(5),
});

function apply(fixture: Fixture, { wait, kind, seq }: { wait: number; kind: string; seq: number }): void {
  fixture.now += wait;
  if (kind === "open") fixture.open();
  else if (kind === "update") fixture.update(seq);
  else if (kind === "ping") fixture.message({ type: "ping" });
  else if (kind === "close") fixture.close();
  else if (kind === "status") fixture.polled({ kind: "status", status: statusBody({ seq }) });
  else if (kind === "refused") fixture.polled(REFUSED);
  else if (kind === "key_refused") fixture.polled(KEY_REFUSED);
  else if (kind === "gone") fixture.polled(UNREACHABLE);
  else if (kind === "late") fixture.dispatch({ type: "socket_opened", id: 0 });
  else if (kind === "unreadable") fixture.unreadable();
  else if (kind === "configure") fixture.configure(seq > 3 ? OTHER : TARGET);
  else fixture.dispatch({ type: "tick" });
}

Deno.test("FAULT 62: after any events a status older than 45 s is never live or polling", () => {
  fc.assert(fc.property(fc.array(anyEvent, { maxLength: 60 }), fc.nat(120_000), (events, later) => {
    const fixture = new Fixture().configure();
    for (const each of events) {
      apply(fixture, each);
      for (const now of [fixture.now, fixture.now + later]) {
        const { connection, confirmed_at, status } = viewOf(fixture.state, now);
        if (connection !== "live" && connection !== "polling") continue;
        assert(status !== null && confirmed_at !== null && now - confirmed_at < STALE_AFTER_MS);
      }
    }
  }));
});

Deno.test("after any events a tick moves the due time forward: the timer never spins", () => {
  fc.assert(fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
    const fixture = new Fixture().configure();
    for (const each of events) {
      apply(fixture, each);
      fixture.advance(0);
      const due = dueAt(fixture.state);
      assert(due === null || due > fixture.now, JSON.stringify(fixture.state));
    }
  }));
});

Deno.test("after any events a poll is in flight or the next tick is due within a minute", () => {
  fc.assert(fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
    const fixture = new Fixture().configure();
    for (const each of events) {
      apply(fixture, { ...each, wait: Math.abs(each.wait) });
      const due = dueAt(fixture.state);
      assert(
        fixture.state.poll !== null || (due !== null && due - fixture.now <= 60_000),
        JSON.stringify(fixture.state),
      );
    }
  }));
});
