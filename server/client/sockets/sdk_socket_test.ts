import { EventEmitter } from "node:events";
import { assertEquals } from "../../../tests/support/assert.ts";
import { type AnySocket, SdkSocket } from "./sdk_socket.ts";

/** A socket of the SDK whose underlying socket is an EventEmitter. */
class FakeSocket extends EventEmitter {
  readonly socket: EventEmitter & { readyState?: number } = new EventEmitter();
  readonly calls: unknown[][] = [];
  send(event: unknown): void {
    this.calls.push(["send", event]);
  }
  close(...args: unknown[]): void {
    this.calls.push(["close", ...args]);
  }
  _onError(...args: unknown[]): void {
    this.calls.push(["error", ...args]);
  }
}

/** A socket with a queue that the test flushes. */
class QueueingSocket extends FakeSocket {
  flushPending(): unknown {
    this.calls.push(["flush"]);
    return "flushed";
  }
}

function observed(fake: FakeSocket) {
  const sdk = new SdkSocket(fake as unknown as AnySocket);
  const events: string[] = [];
  sdk.on({
    event: ({ type }) => events.push(String(type)),
    opened: () => events.push("opened"),
    lost: () => events.push("lost"),
    ended: () => events.push("ended"),
  });
  return { sdk, events };
}

Deno.test("a message is sent immediately on an open connection, later on one that opens, and never on one that closes", () => {
  const fake = new FakeSocket();
  const { sdk } = observed(fake);
  const states = [undefined, 0, 1, 2, 3].map((state) => {
    fake.socket.readyState = state;
    return [sdk.isOpen, sdk.isUsable];
  });
  assertEquals(states, [[true, true], [false, true], [true, true], [false, false], [false, false]]);
});

Deno.test("while the SDK reconnects a message is queued, whatever the state of the old connection", () => {
  const fake = new FakeSocket();
  const { sdk, events } = observed(fake);
  fake.socket.readyState = 3;
  fake.emit("reconnecting");
  assertEquals([sdk.isOpen, sdk.isUsable], [false, true]);
  fake.socket.emit("close");
  fake.socket.readyState = 1;
  fake.emit("reconnected");
  assertEquals([sdk.isOpen, sdk.isUsable, events], [true, true, ["lost", "opened"]]);
});

Deno.test("a reconnection that fails ends the connection", () => {
  const fake = new FakeSocket();
  const { sdk, events } = observed(fake);
  fake.emit("reconnecting");
  fake.emit("close");
  fake.socket.readyState = 3;
  assertEquals([sdk.isUsable, events], [false, ["lost", "ended"]]);
});

Deno.test("the events of the underlying socket are its opening and its end", () => {
  const fake = new FakeSocket();
  const { events } = observed(fake);
  fake.socket.emit("open");
  fake.emit("event", { type: "response.created" });
  fake.socket.emit("close");
  assertEquals(events, ["opened", "response.created", "ended"]);
});

Deno.test("a socket with a queue of its own is open only once that is sent", () => {
  const fake = new QueueingSocket();
  const { sdk, events } = observed(fake);
  sdk.after("flushPending", () => events.push("sent"));
  sdk.after("takePending", () => events.push("never"));
  fake.emit("reconnecting");
  fake.emit("reconnected");
  assertEquals([fake.flushPending(), events, fake.calls], ["flushed", ["lost", "sent"], [["flush"]]]);
  assertEquals("takePending" in fake, false);
});

Deno.test("a message that the SDK reports as an error was not accepted", () => {
  const fake = new FakeSocket();
  const { sdk } = observed(fake);
  assertEquals(sdk.trySend(() => {}), true);
  assertEquals(sdk.trySend(() => fake._onError("closed")), false);
  assertEquals(sdk.trySend(() => {}), true);
  assertEquals(fake.calls, [["error", "closed"]]);
});

Deno.test("a hook before a method sees each call, and the method gets its arguments", () => {
  const fake = new FakeSocket();
  const { sdk } = observed(fake);
  sdk.before("close", () => fake.calls.push(["before"]));
  fake.close({ code: 1000 });
  assertEquals(fake.calls, [["before"], ["close", { code: 1000 }]]);
});

Deno.test("an error of tracking is emitted like one of the provider: as an event and as an error", () => {
  const fake = Object.assign(new FakeSocket(), {
    _emit: (name: string, event: unknown) => fake.calls.push(["emit", name, event]),
  });
  const { sdk } = observed(fake);
  sdk.emitError({ type: "error" });
  assertEquals(fake.calls, [["emit", "event", { type: "error" }], ["error", { type: "error" }]]);
});
