import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody, wire } from "../../tests/support/statuses.ts";
import { EMPTY_VIEW, STALE_AFTER_MS, type View } from "../../shared/view.ts";
import { BACKOFF_CAP_MS, fullJitter } from "./backoff.ts";
import { type ConnectionEvent, type Effect, step } from "./machine.ts";
import { dueAt, initialState, POLL_EVERY_MS, type State, viewOf } from "./state.ts";

const TARGET = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };
const OTHER = { server_url: "http://127.0.0.1:9999", workspace_id: "acme" };

/** A machine with its clock: what a test does to it, and what it asked for. */
class Bench {
  state: State = initialState(null);
  now = NOON;
  effects: Effect[] = [];

  tell(event: ConnectionEvent): this {
    const { state, effects } = step(this.state, event, { now: this.now, random: () => 0.5 });
    this.state = state;
    this.effects = effects;
    return this;
  }
  configure(target: typeof TARGET | null = TARGET, refusal: string | null = null): this {
    return this.tell({ type: "configure", target, refusal });
  }
  update(seq = 1, workspace_id = "acme"): this {
    const data = statusBody({ seq, workspace_id, server_time: wire(this.now) });
    return this.message({ type: "quota_update", data, timestamp: wire(this.now) });
  }
  message(message: Extract<ConnectionEvent, { type: "socket_message" }>["message"]): this {
    return this.tell({ type: "socket_message", id: this.state.socket?.id ?? -1, message });
  }
  open(): this {
    return this.tell({ type: "socket_opened", id: this.state.socket?.id ?? -1 });
  }
  close(): this {
    return this.tell({ type: "socket_closed", id: this.state.socket?.id ?? -1 });
  }
  polled(result: Extract<ConnectionEvent, { type: "polled" }>["result"]): this {
    return this.tell({ type: "polled", id: this.state.poll?.id ?? -1, result });
  }
  live(): this {
    return this.configure().open().update();
  }
  later(ms: number): this {
    this.now += ms;
    return this.tell({ type: "tick" });
  }
  get view(): View {
    return viewOf(this.state, this.now);
  }
  get asked(): string[] {
    return this.effects.map(({ type }) => type);
  }
}

const UNREACHABLE = { kind: "unreachable", sentence: "gone" } as const;
const REFUSED = { kind: "refused", sentence: "no such workspace" } as const;
const STATUS = { kind: "status", status: statusBody({ seq: 9 }) } as const;

const JOURNEYS: [name: string, bench: () => Bench, connection: View["connection"], asked: string[]][] = [
  ["nothing to connect to", () => new Bench().configure(null), "unconfigured", []],
  ["configured: the socket is tried at once", () => new Bench().configure(), "connecting", ["open_socket"]],
  ["an open socket with no status yet", () => new Bench().configure().open(), "connecting", []],
  ["a status makes it live", () => new Bench().live(), "live", []],
  [
    "a missing permission is refused, and nothing is tried",
    () => {
      return new Bench().configure(TARGET, "not allowed").later(60_000);
    },
    "refused",
    [],
  ],
  ["the socket fails: one poll tells why", () => new Bench().configure().close(), "connecting", ["poll"]],
  ["neither socket nor REST", () => new Bench().configure().close().polled(UNREACHABLE), "offline", []],
  ["REST works", () => new Bench().configure().close().polled(STATUS), "polling", []],
  ["REST refuses", () => new Bench().configure().close().polled(REFUSED), "refused", []],
  [
    "a refused one is tried again",
    () => {
      return new Bench().configure().close().polled(REFUSED).later(1_000);
    },
    "refused",
    ["open_socket"],
  ],
  [
    "a socket that does not open in time",
    () => {
      return new Bench().configure().later(10_000);
    },
    "connecting",
    ["close_socket", "poll"],
  ],
  ["45 s of silence: dead", () => new Bench().live().later(STALE_AFTER_MS), "stale", ["close_socket", "poll"]],
  ["20 s of silence: asked", () => new Bench().live().later(20_000), "live", ["send"]],
  ["a ping is answered", () => new Bench().live().message({ type: "ping" }), "live", ["send"]],
  [
    "polls go on while the socket fails",
    () => {
      return new Bench().configure().close().polled(STATUS).later(1_000).close().later(POLL_EVERY_MS);
    },
    "polling",
    ["open_socket", "poll"],
  ],
  [
    "polling ends when the socket tells a status",
    () => {
      return new Bench().configure().close().polled(STATUS).later(1_000).open().update();
    },
    "live",
    [],
  ],
  [
    "a poll that fails while polling",
    () => {
      return new Bench().configure().close().polled(STATUS).later(POLL_EVERY_MS).polled(UNREACHABLE);
    },
    "offline",
    [],
  ],
  [
    "an error message is left to the poll",
    () => {
      return new Bench().configure().open().message({ type: "error", code: "x", detail: "x" });
    },
    "connecting",
    [],
  ],
];

for (const [name, bench, connection, asked] of JOURNEYS) {
  Deno.test(`connection: ${name}`, () => {
    const journey = bench();
    assertEquals([journey.view.connection, journey.asked], [connection, asked]);
  });
}

Deno.test("a tick does nothing before its time, however often it comes", () => {
  const bench = new Bench().live();
  for (let i = 0; i < 19; i++) assertEquals(bench.later(1_000).asked, []);
});

Deno.test("any message confirms what the socket has told", () => {
  assertEquals(new Bench().live().later(30_000).message({ type: "pong" }).view.confirmed_at, NOON + 30_000);
});

Deno.test("no message confirms an older connection's status", () => {
  const bench = new Bench().live().close().later(30_000).open().message({ type: "ping" });
  assertEquals([bench.view.confirmed_at, bench.view.connection], [NOON, "connecting"]);
});

Deno.test("within one connection only a rising seq is taken, over a new one any", () => {
  const bench = new Bench().configure().open().update(7).update(6);
  assertEquals(bench.view.status?.seq, 7);
  assertEquals(bench.close().polled(UNREACHABLE).later(1_000).open().update(1).view.status?.seq, 1);
});

Deno.test("another workspace's status is not shown", () => {
  const bench = new Bench().live().update(5, "rival");
  assertEquals(bench.view.status?.workspace_id, "acme");
  assertEquals(bench.view.status?.seq, 1);
});

Deno.test("FAULT 58: a new server gets nothing of the old one, and the old one is left", () => {
  const bench = new Bench().live();
  const old = bench.state.socket?.id ?? -1;
  bench.configure(OTHER);
  assertEquals(bench.effects, [{ type: "close_socket" }, { type: "open_socket", id: old + 1, target: OTHER }]);
  assertEquals([bench.view.status, bench.view.confirmed_at, bench.view.server_url], [null, null, OTHER.server_url]);
  const late = statusBody({ seq: 99 });
  bench.tell({
    type: "socket_message",
    id: old,
    message: { type: "quota_update", data: late, timestamp: wire(bench.now) },
  });
  assertEquals(bench.view.status, null);
});

Deno.test("connecting anew to the same server keeps the last numbers", () => {
  assertEquals(new Bench().live().configure().view.status?.seq, 1);
});

Deno.test("an answer to an abandoned poll is not taken", () => {
  const bench = new Bench().configure().close();
  const id = bench.state.poll?.id ?? -1;
  bench.configure(OTHER).tell({ type: "polled", id, result: STATUS });
  assertEquals([bench.view.status, bench.view.connection], [null, "connecting"]);
});

Deno.test("what was stored is shown at start, but not as fresh", () => {
  const stored: View = { ...EMPTY_VIEW, ...TARGET, connection: "live", status: statusBody(), confirmed_at: NOON };
  const state = initialState(stored);
  assertEquals(viewOf(state, NOON).connection, "connecting");
  const { state: configured } = step(state, { type: "configure", target: TARGET, refusal: null }, {
    now: NOON,
    random: () => 0,
  });
  assertEquals(viewOf(configured, NOON).status?.seq, 1);
});

Deno.test("a socket that lasts starts the back-off anew, one that flaps does not", () => {
  const steady = new Bench().live().later(15_000).close();
  assertEquals(steady.state.failures, 1);
  const flapping = steady.later(1_000).open().update().close();
  assertEquals(flapping.state.failures, 2);
});

Deno.test("FAULT 56: after a sleep it says stale, then asks, and recovers", () => {
  const bench = new Bench().live();
  bench.now += 8 * 3_600_000;
  assertEquals(bench.view.connection, "stale");
  assertEquals(bench.tell({ type: "tick" }).asked, ["close_socket", "poll"]);
  assertEquals(bench.polled(STATUS).view.connection, "polling");
  assertEquals(bench.later(1_000).asked, ["open_socket"]);
  assertEquals([bench.open().update(10).view.connection, bench.view.status?.seq], ["live", 10]);
});

Deno.test("FAULT 46: whatever is lost on the way, the last that arrives is the whole status", () => {
  const lost = fc.array(fc.boolean(), { maxLength: 20 });
  fc.assert(fc.property(lost, (lost) => {
    const bench = new Bench().live();
    lost.forEach((gone, at) => !gone && bench.update(at + 2));
    bench.update(lost.length + 2);
    const { seq, stats } = bench.view.status!;
    assertEquals([seq, stats], [lost.length + 2, statusBody().stats]);
    assertEquals(bench.effects, [], "a gap needs no repair");
  }));
});

Deno.test("a clock put back an hour shows nothing as fresh, and does not hang", () => {
  const bench = new Bench().live();
  bench.now -= 3_600_000;
  assertEquals(bench.view.connection, "stale");
  assertEquals(bench.tell({ type: "tick" }).asked, ["close_socket", "poll"]);
});

Deno.test("the next attempt is planned within full jitter's bounds", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, r) => {
    const wait = fullJitter(n, () => r);
    assert(wait >= 0 && wait < Math.min(BACKOFF_CAP_MS, 1_000 * 2 ** (n - 1)), `${wait} ms after ${n} failures`);
  }));
});

/** One random thing that happens: some time, and an event for the socket or poll of the moment, or for an older one. */
const happening = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: -90_000, max: 0 })),
  kind: fc.constantFrom("tick", "open", "update", "ping", "close", "status", "refused", "gone", "late", "configure"),
  seq: fc.nat(5),
});

function happen(bench: Bench, { wait, kind, seq }: { wait: number; kind: string; seq: number }): void {
  bench.now += wait;
  if (kind === "open") bench.open();
  else if (kind === "update") bench.update(seq);
  else if (kind === "ping") bench.message({ type: "ping" });
  else if (kind === "close") bench.close();
  else if (kind === "status") bench.polled({ kind: "status", status: statusBody({ seq }) });
  else if (kind === "refused") bench.polled(REFUSED);
  else if (kind === "gone") bench.polled(UNREACHABLE);
  else if (kind === "late") bench.tell({ type: "socket_opened", id: 0 });
  else if (kind === "configure") bench.configure(seq > 3 ? OTHER : TARGET);
  else bench.tell({ type: "tick" });
}

Deno.test("FAULT 62: whatever happens, nothing older than 45 s is ever live or polling", () => {
  fc.assert(fc.property(fc.array(happening, { maxLength: 60 }), fc.nat(120_000), (happenings, later) => {
    const bench = new Bench().configure();
    for (const each of happenings) {
      happen(bench, each);
      for (const now of [bench.now, bench.now + later]) {
        const { connection, confirmed_at, status } = viewOf(bench.state, now);
        if (connection !== "live" && connection !== "polling") continue;
        assert(status !== null && confirmed_at !== null && now - confirmed_at < STALE_AFTER_MS);
      }
    }
  }));
});

Deno.test("whatever happens, it always waits for something, and for no longer than a minute", () => {
  fc.assert(fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
    const bench = new Bench().configure();
    for (const each of happenings) {
      happen(bench, { ...each, wait: Math.abs(each.wait) });
      const due = dueAt(bench.state);
      assert(bench.state.poll !== null || (due !== null && due - bench.now <= 60_000), JSON.stringify(bench.state));
    }
  }));
});
