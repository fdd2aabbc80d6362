import { Buffer } from "node:buffer";
import { assertEquals } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { FakeWebSocket } from "../../../tests/support/fake_websocket.ts";
import type { AttemptResult, Permit, Recorder, Refusal } from "../../attempts/recorder.ts";
import { STALL_TIMEOUT_MS } from "./socket_pipe.ts";
import { SocketRelay } from "./socket_relay.ts";

const CREATE = JSON.stringify({ type: "response.create" });
const CREATED = JSON.stringify({ type: "response.created", response: { id: "r1" } });
const DONE = JSON.stringify({ type: "response.done", response: { id: "r1" } });
const MIB = 1024 * 1024;

/** A relay between two fake sockets. */
function relayed(over: Partial<Recorder> = {}) {
  const settled: AttemptResult[] = [];
  const permit: Permit = { settle: (result) => void settled.push(result), release() {} };
  const recorder: Recorder = { reserve: () => permit, ...over };
  const caller = new FakeWebSocket(), upstream = new FakeWebSocket();
  const clock = new ManualClock();
  const errors: string[] = [];
  let closed = 0;
  const relay = new SocketRelay({ caller: caller.socket, upstream: upstream.socket }, {
    turns: { recorder, workspace: "acme", endpoint: "realtime", model: "m" },
    clock,
    onClosed: () => closed++,
    onError: (error) => errors.push(String(error)),
  });
  return { relay, caller, upstream, clock, settled, permit, errors, closed: () => closed };
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("while a permit is awaited, messages are queued in order, and above 1 MiB the gateway stops reading from the caller", async () => {
  const decision = Promise.withResolvers<Permit | Refusal>();
  const { caller, upstream, permit } = relayed({ reserve: () => decision.promise });
  caller.receive(CREATE);
  caller.receive("a".repeat(MIB - CREATE.length));
  assertEquals(caller.isPaused, false, "1 MiB is kept");
  caller.receive("b");
  assertEquals([caller.isPaused, upstream.texts], [true, []]);
  decision.resolve(permit);
  await nextTurn();
  assertEquals(caller.isPaused, false);
  assertEquals(upstream.texts.map((text) => String(text)[0]), ["{", "a", "b"]);
});

Deno.test("FAULT 64: a large message is passed on immediately, and read before the end of its socket is", async () => {
  const { caller, upstream, settled, closed } = relayed();
  caller.receive(CREATE);
  upstream.receive(CREATED);
  const usage = { input_tokens: 12, output_tokens: 8, total_tokens: 20 };
  const done = `{"type":"response.done","response":{"id":"r1","output":[${"[],".repeat(500_000)}0],"usage":${
    JSON.stringify(usage)
  }}}`;
  upstream.receive(done);
  assertEquals([caller.texts.at(-1), upstream.isPaused, settled.length], [done, true, 0]);
  for (const side of [upstream, caller]) side.emit("close", 1006, Buffer.alloc(0));
  assertEquals(closed(), 0);
  while (closed() === 0) await nextTurn();
  assertEquals(settled.map(({ usage_source, usage }) => [usage_source, usage.total_tokens]), [["counted", 20]]);
});

Deno.test("FAULT 64: messages keep their order while a large one is read", async () => {
  const { caller, upstream, settled } = relayed();
  const large = `{"type":"response.create","response":{"tools":[${"{},".repeat(100_000)}{}]}}`;
  caller.receive(large);
  caller.receive("next");
  assertEquals(upstream.texts, []);
  while (upstream.texts.length < 2) await nextTurn();
  assertEquals([upstream.texts, settled.length], [[large, "next"], 0]);
});

Deno.test("bytes that were queued for one permit do not count for the next", async () => {
  const decisions: PromiseWithResolvers<Permit | Refusal>[] = [];
  const reserve = () => (decisions.push(Promise.withResolvers()), decisions.at(-1)!.promise);
  const { caller, upstream, permit } = relayed({ reserve });
  for (const round of [0, 1]) {
    caller.receive(CREATE);
    caller.receive("a".repeat(MIB - CREATE.length));
    assertEquals(caller.isPaused, false, `round ${round}`);
    decisions[round].resolve(permit);
    await nextTurn();
  }
  assertEquals(upstream.texts.length, 4);
});

Deno.test("reading from the caller resumes only once no create waits for a permit", async () => {
  const decisions: PromiseWithResolvers<Permit | Refusal>[] = [];
  const reserve = () => (decisions.push(Promise.withResolvers()), decisions.at(-1)!.promise);
  const { caller, permit } = relayed({ reserve });
  caller.receive(CREATE);
  caller.receive("a".repeat(MIB));
  caller.receive(CREATE);
  decisions[0].resolve(permit);
  await nextTurn();
  assertEquals(caller.isPaused, true);
  decisions[1].resolve(permit);
  await nextTurn();
  assertEquals(caller.isPaused, false);
});

for (const [from, to] of [["caller", "upstream"], ["upstream", "caller"]] as const) {
  Deno.test(`reading from the ${from} stops while more than 1 MiB is buffered for the ${to}`, () => {
    const { clock, ...sides } = relayed();
    sides[to].bufferedAmount = MIB;
    sides[from].receive("a");
    assertEquals(sides[from].isPaused, false);
    sides[to].bufferedAmount = MIB + 1;
    sides[from].receive("b");
    assertEquals(sides[from].isPaused, true);
    sides[to].flush(MIB + 1);
    assertEquals(sides[from].isPaused, true);
    sides[from].receive("c");
    sides[to].flush(MIB);
    assertEquals([sides[from].isPaused, clock.pending], [false, 0]);
  });

  Deno.test(`a ${to} that reads nothing for two minutes is disconnected`, () => {
    const { clock, ...sides } = relayed();
    sides[to].bufferedAmount = 2 * MIB;
    sides[from].receive("a");
    clock.advance(STALL_TIMEOUT_MS - 1);
    assertEquals(sides[to].calls.at(-1), ["send", "a"]);
    clock.advance(1);
    assertEquals([sides[from].calls.at(-1), sides[to].calls.at(-1)], [["terminate"], ["terminate"]]);
    assertEquals([sides[from].isPaused, clock.pending], [false, 0]);
  });

  Deno.test(`the ${from}'s close reaches the ${to}: its code, no code, or a lost connection`, () => {
    const cases: [number, unknown[]][] = [
      [4001, ["close", 4001, "bye"]],
      [1005, ["close"]],
      [1006, ["terminate"]],
    ];
    for (const [code, call] of cases) {
      const sides = relayed();
      sides[from].emit("close", code, Buffer.from("bye"));
      assertEquals([sides[to].calls, sides.closed()], [[call], 0]);
      sides[to].emit("close", 1000, Buffer.from(""));
      assertEquals(sides.closed(), 1);
    }
  });

  Deno.test(`invalid frames from the ${from} close the ${to} with the matching code`, () => {
    const sides = relayed();
    sides[from].emit("error", Object.assign(new Error("ECONNRESET"), { code: "ECONNRESET" }));
    assertEquals(sides[to].calls, []);
    sides[from].emit("error", Object.assign(new Error("utf8"), { code: "WS_ERR_INVALID_UTF8" }));
    sides[from].emit("close", 1006, Buffer.from(""));
    assertEquals(sides[to].calls, [["close", from === "caller" ? 1001 : 1014]]);
  });

  Deno.test(`pings and pongs of the ${from} go to the ${to} while it is open`, () => {
    const sides = relayed();
    sides[from].emit("ping", Buffer.from("a"));
    sides[from].emit("pong", Buffer.from("b"));
    sides[to].readyState = 2;
    sides[from].emit("ping", Buffer.from("c"));
    sides[from].receive("d");
    assertEquals(sides[to].calls, [["ping", "a"], ["pong", "b"]]);
  });
}

Deno.test("messages after the end are dropped", () => {
  const { relay, caller, upstream } = relayed();
  caller.receive(new Uint8Array([104, 105]), true);
  assertEquals(upstream.calls, [["send", "hi", "binary"]]);
  relay.cut();
  // The socket itself would still take a message.
  upstream.readyState = upstream.OPEN;
  caller.receive("late");
  assertEquals(upstream.texts, ["hi"]);
});

Deno.test("a socket without a response in progress closes when the service stops, another after its response", () => {
  const idle = relayed();
  idle.relay.retire();
  assertEquals([idle.caller.calls, idle.upstream.calls], [[["close", 1001]], [["close"]]]);
  const busy = relayed();
  busy.caller.receive(CREATE);
  busy.upstream.receive(CREATED);
  busy.relay.retire();
  assertEquals([busy.caller.texts, busy.upstream.texts], [[CREATED], [CREATE]]);
  busy.upstream.receive(DONE);
  assertEquals([busy.caller.calls.at(-1), busy.upstream.calls.at(-1)], [["close", 1001], ["close"]]);
  assertEquals(busy.settled.length, 1);
});

Deno.test("a side that does not answer a close is disconnected after a second", () => {
  const { relay, caller, upstream, clock, closed } = relayed();
  relay.retire();
  clock.advance(999);
  assertEquals(caller.calls.at(-1), ["close", 1001]);
  clock.advance(1);
  assertEquals([caller.calls.at(-1), upstream.calls.at(-1)], [["terminate"], ["terminate"]]);
  const answered = relayed();
  answered.relay.retire();
  for (const side of [answered.caller, answered.upstream]) side.emit("close", 1001, Buffer.from(""));
  assertEquals([answered.clock.pending, answered.closed(), closed()], [0, 1, 0]);
});

Deno.test("a response in progress is aborted when the caller closes, and failed when the upstream does", () => {
  for (const [side, outcome] of [["caller", "aborted"], ["upstream", "failed"]] as const) {
    const sides = relayed();
    sides.caller.receive(CREATE);
    sides[side].emit("close", 1006, Buffer.from(""));
    assertEquals(sides.settled.map((result) => result.outcome), [outcome]);
  }
});

Deno.test("a defect is reported and closes this socket alone", () => {
  const reserve = () => {
    throw new Error("defect");
  };
  const { caller, upstream, errors } = relayed({ reserve });
  caller.receive(CREATE);
  assertEquals(errors, ["Error: defect"]);
  assertEquals([caller.calls, upstream.calls], [[["close", 1011]], [["close"]]]);
  const settle = () => {
    throw new Error("defect");
  };
  const failing = relayed({ reserve: () => ({ settle, release() {} }) });
  failing.caller.receive(CREATE);
  failing.upstream.emit("close", 1006, Buffer.from(""));
  assertEquals([failing.errors, failing.caller.calls], [["Error: defect"], [["close", 1011], ["terminate"]]]);
});

for (
  const [name, end] of Object.entries({
    "the end of a response": DONE,
    "a large end": `{"type":"response.done","response":{"id":"r1","output":[${"[],".repeat(100_000)}0]}}`,
    "an error": JSON.stringify({ type: "error", error: { code: "server_error" } }),
    "a transcription": JSON.stringify({
      type: "conversation.item.input_audio_transcription.completed",
      usage: { type: "tokens", input_tokens: 1, output_tokens: 2, total_tokens: 3 },
    }),
  })
) {
  Deno.test(`with the durability \`answer\`, ${name} waits for its row, and what follows waits for it`, async () => {
    const { promise: recorded, resolve } = Promise.withResolvers<void>();
    const settled: AttemptResult[] = [];
    const permit: Permit = { recorded, settle: (result) => void settled.push(result), release() {} };
    const { caller, upstream } = relayed({ reserve: () => permit, answersWait: true });
    caller.receive(CREATE);
    if (name !== "an error") upstream.receive(CREATED);
    const before = caller.texts.length;
    upstream.receive(end);
    upstream.receive("next");
    while (settled.length === 0) await nextTurn();
    assertEquals([caller.texts.length, upstream.isPaused], [before, true]);
    resolve();
    while (caller.texts.length < before + 2) await nextTurn();
    await nextTurn();
    assertEquals([caller.texts.slice(before), upstream.isPaused], [[end, "next"], false]);
  });
}

Deno.test("with the durability `answer`, parts of a response pass immediately", () => {
  const recorded = new Promise<void>(() => {});
  const { caller, upstream } = relayed({ reserve: () => ({ recorded, settle() {}, release() {} }), answersWait: true });
  caller.receive(CREATE);
  for (const message of [CREATED, '{"type":"response.output_text.delta","delta":"a"}']) upstream.receive(message);
  assertEquals(caller.texts.length, 2);
});
