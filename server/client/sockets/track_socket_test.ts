import { EventEmitter } from "node:events";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import type { AttemptPlan, AttemptResult, Permit, Recorder, Refusal, Wait } from "../../attempts/recorder.ts";
import { credentialOf } from "../../attempts/request/credential.ts";
import { trackSocket } from "./track_socket.ts";

/** A socket like those of the SDK, whose other side is the test. */
class Socket extends EventEmitter {
  sent: unknown[] = [];
  socket = new EventTarget();
  errors: unknown[] = [];
  constructor(readonly url: URL) {
    super();
  }
  send(event: { type: string }): void {
    this.sent.push(event.type);
  }
  sendRaw(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.socket.dispatchEvent(new Event("close"));
  }
  _emit(name: string, event: unknown): void {
    this.emit(name, event);
  }
  _onError(event: { error: { code: string; event_id: unknown } }): void {
    this.errors.push([event.error.code, event.error.event_id]);
  }
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));

const REFUSED: Refusal = { refused: "workspace_rate_limited", message: "full", retry_after_ms: 1500 };
const CREATE = { type: "response.create", event_id: "mine" };
const USAGE = { input_tokens: 7, output_tokens: 3, total_tokens: 10, input_token_details: { cached_tokens: 2 } };

function tracked({ path = "realtime?model=gpt-realtime", places = 9, late = false } = {}) {
  const plans: AttemptPlan[] = [];
  const settled: AttemptResult[] = [];
  const recorder: Recorder = {
    reserve(plan) {
      if (!plan.begun && places-- <= 0) return late ? Promise.resolve(REFUSED) : REFUSED;
      plans.push(plan);
      const permit = { settle: (result: AttemptResult) => void settled.push(result), release() {} };
      return late ? Promise.resolve(permit) : permit;
    },
  };
  const socket = trackSocket(new Socket(new URL(`wss://upstream/v1/${path}`)), {
    workspace: "acme",
    app: "voice",
    recorder,
  });
  const hear = (event: object) => void socket.emit("event", event);
  const told = () =>
    settled.map(({ outcome, usage_source, usage, error_code }) => [
      outcome,
      usage_source,
      usage.total_tokens,
      error_code,
    ]);
  return { socket, plans, settled, hear, told };
}

Deno.test("each response of a Realtime session is one attempt with its usage", () => {
  const { socket, plans, settled, hear, told } = tracked();
  socket.send({ type: "session.update" });
  socket.send(CREATE);
  hear({ type: "response.created", response: { id: "r1" } });
  hear({
    type: "rate_limits.updated",
    rate_limits: [{ name: "requests", limit: 9, remaining: 8, reset_seconds: 1.5 }],
  });
  hear({ type: "response.done", response: { id: "r1", status: "completed", usage: USAGE } });
  assertEquals([socket.sent, plans.length, told()], [
    ["session.update", "response.create"],
    1,
    [["ok", "counted", 10, null]],
  ]);
  const [{ endpoint, model, app, stream, workspace_id }] = plans;
  assertEquals([endpoint, model, app, stream, workspace_id], ["realtime", "gpt-realtime", "voice", true, "acme"]);
  assertEquals(settled[0].limit_headers["x-ratelimit-remaining-requests"], "8");
  assertEquals(settled[0].usage.cached_input_tokens, 2);
});

Deno.test("a Responses socket is counted too, also when it sends text", () => {
  const { socket, plans, hear, told } = tracked({ path: "responses" });
  socket.sendRaw(JSON.stringify({ ...CREATE, model: "gpt-5.4", input: "Hello" }));
  hear({ type: "response.created", response: { id: "r1" } });
  hear({ type: "response.incomplete", response: { id: "r1", usage: USAGE } });
  assertEquals([plans[0].endpoint, plans[0].model, told()], ["responses", "gpt-5.4", [["ok", "counted", 10, null]]]);
});

Deno.test("a refused create is not sent, and reported like an error of the provider", async () => {
  for (const late of [false, true]) {
    const { socket, hear, told } = tracked({ places: 1, late });
    socket.send(CREATE);
    socket.send({ type: "session.update" });
    socket.send(CREATE);
    await nextTurn();
    assertEquals(socket.sent, ["response.create", "session.update"], "in order");
    assertEquals(socket.errors, [["workspace_rate_limited", "mine"]]);
    hear({ type: "response.created", response: { id: "r1" } });
    hear({ type: "response.done", response: { id: "r1", usage: USAGE } });
    assertEquals(told(), [["ok", "counted", 10, null]]);
  }
});

Deno.test("a connection that ends during a response leaves its usage unknown", () => {
  for (const [left, outcome, code] of [[false, "failed", "connection_lost"], [true, "aborted", null]] as const) {
    const { socket, hear, told } = tracked();
    socket.send(CREATE);
    hear({ type: "response.created", response: { id: "r1" } });
    if (left) socket.close();
    else socket.socket.dispatchEvent(new Event("close"));
    hear({ type: "response.done", response: { id: "r1", usage: USAGE } });
    assertEquals(told(), [[outcome, "unknown", 0, code]]);
  }
});

Deno.test("an error ends the create that it answers, and no other", () => {
  const { socket, hear, told } = tracked();
  socket.send(CREATE);
  hear({ type: "error", error: { event_id: "another", code: "invalid_value" } });
  assertEquals(told(), []);
  hear({ type: "error", error: { event_id: "mine", code: "conversation_already_has_active_response" } });
  assertEquals(told(), [["failed", "none", 0, "conversation_already_has_active_response"]]);
  socket.send(CREATE);
  hear({ type: "response.created", response: { id: "r2" } });
  const error = { code: "server_error", type: "server_error" };
  hear({ type: "response.done", response: { id: "r2", status: "failed", status_details: { error }, usage: USAGE } });
  assertEquals(told().at(-1), ["failed", "counted", 10, "server_error"]);
});

Deno.test("a response that the provider begins is counted; over the limit it is cancelled as well", async () => {
  for (const late of [false, true]) {
    const { socket, plans, hear, told } = tracked({ places: 1, late });
    for (const id of ["r1", "r2"]) {
      hear({ type: "response.created", response: { id } });
      await nextTurn();
      hear({ type: "response.done", response: { id, usage: USAGE } });
    }
    await nextTurn();
    assertEquals(told(), [["ok", "counted", 10, null], ["aborted", "counted", 10, "workspace_rate_limited"]]);
    assertEquals([socket.sent, socket.errors], [["response.cancel"], [["workspace_rate_limited", null]]]);
    assertEquals(plans.map(({ begun }) => begun), [undefined, true]);
  }
});

Deno.test("a response that ends before its refusal arrives is counted, and not cancelled", async () => {
  const { socket, hear, told } = tracked({ places: 0, late: true });
  hear({ type: "response.created", response: { id: "r1" } });
  hear({ type: "response.done", response: { id: "r1", usage: USAGE } });
  await nextTurn();
  assertEquals([told(), socket.sent], [[["aborted", "counted", 10, "workspace_rate_limited"]], []]);
});

Deno.test("an error on a Responses socket ends the one response in progress", () => {
  const { socket, hear, told } = tracked({ path: "responses" });
  socket.send({ type: "response.create" });
  hear({ type: "response.created", response: { id: "r1" } });
  hear({ type: "error", status: 503, error: { code: "server_is_overloaded", message: "Try again" } });
  assertEquals(told(), [["failed", "none", 0, "server_is_overloaded"]]);
});

Deno.test("a socket of a batch job waits in the queue, and leaves it when it closes", async () => {
  const waits: (Wait | undefined)[] = [];
  const recorder: Recorder = {
    reserve: (_plan, wait) => {
      waits.push(wait);
      return new Promise((_, reject) => wait?.signal?.addEventListener("abort", () => reject(wait.signal?.reason)));
    },
  };
  const options = { workspace: "acme", recorder, on_limit: "wait", max_wait_ms: 5000 } as const;
  const socket = trackSocket(new Socket(new URL("wss://upstream/v1/realtime")), options);
  socket.send(CREATE);
  socket.send({ type: "session.update" });
  assertEquals([waits[0]?.max_wait_ms, socket.sent], [5000, []]);
  socket.close();
  await nextTurn();
  assertEquals([waits[0]?.signal?.aborted, socket.sent, socket.errors], [true, ["session.update"], []]);
});

/** Reports what it cannot write as the SDK's classes do, before `send` returns. */
class WritingSocket extends Socket {
  override send(event: { type: string }): void {
    try {
      this.sent.push(JSON.stringify(event));
    } catch (error) {
      this.errors.push((error as Error).name);
    }
  }
}

function writing(answer: () => Permit | Refusal | Promise<Permit | Refusal>) {
  const socket = trackSocket(new WritingSocket(new URL("wss://upstream/v1/responses")), {
    workspace: "acme",
    recorder: { reserve: answer },
  });
  return { socket, send: (event: unknown) => socket.send(event as { type: string }) };
}

const PERMIT: Permit = { settle() {}, release() {} };

Deno.test("an event that is not JSON is the SDK's to report, before send returns, and is not asked for", () => {
  const circular: Record<string, unknown> = { type: "response.create" };
  circular.response = circular;
  for (const event of [circular, { type: "response.create", count: 1n }]) {
    const { socket, send } = writing(() => {
      throw new Error("asked");
    });
    send(event);
    assertEquals([socket.sent, socket.errors], [[], ["TypeError"]]);
  }
});

Deno.test("while a permit is awaited, an event that is not JSON is reported before send returns", async () => {
  const { socket, send } = writing(() => Promise.resolve(PERMIT));
  send(CREATE);
  send({ type: "session.update", count: 1n });
  assertEquals([socket.sent, socket.errors], [[], ["TypeError"]]);
  await nextTurn();
  assertEquals(socket.sent, [JSON.stringify(CREATE)]);
});

Deno.test("an event that the caller changes after send is sent as it was", async () => {
  const { socket, send } = writing(() => Promise.resolve(PERMIT));
  const create = { type: "response.create", input: ["first"] };
  const update = { type: "session.update", count: 1 };
  send(create);
  send(update);
  create.input[0] = "second";
  update.count = 2;
  await nextTurn();
  assertEquals(socket.sent.map((text) => JSON.parse(String(text))), [
    { type: "response.create", input: ["first"] },
    { type: "session.update", count: 1 },
  ]);
});

Deno.test("bytes that the caller changes after sendRaw are sent as they were", async () => {
  const { socket, send } = writing(() => Promise.resolve(PERMIT));
  send(CREATE);
  const bytes = new Uint8Array([1, 2]);
  for (const raw of [bytes, bytes.buffer, [bytes]]) socket.sendRaw(raw as never);
  bytes[0] = 9;
  await nextTurn();
  const [, one, two, three] = socket.sent as [string, Uint8Array, ArrayBuffer, Uint8Array[]];
  assertEquals([one, new Uint8Array(two), three[0]].map((sent) => [...sent]), [[1, 2], [1, 2], [1, 2]]);
});

Deno.test("an error that the caller's listener throws reaches the caller of send, and the permit is released", () => {
  let released = 0;
  const { socket, send } = writing(() => ({ settle() {}, release: () => void released++ }));
  socket.sent = {
    push() {
      throw new RangeError("of the listener");
    },
  } as never;
  socket.errors = socket.sent;
  assertThrows(() => send(CREATE), RangeError, "of the listener");
  assertEquals(released, 1);
});

Deno.test("a socket of the SDK can be tracked and keeps its type", () => {
  const take = (socket: OpenAIRealtimeWebSocket): OpenAIRealtimeWebSocket =>
    trackSocket(socket, { workspace: "acme", recorder: { reserve: () => REFUSED } });
  assertEquals([typeof take, typeof OpenAIRealtimeWebSocket], ["function", "function"]);
});

Deno.test("a socket's responses belong to the key of its client, as the client's other calls do", () => {
  const plans: AttemptPlan[] = [];
  const recorder: Recorder = {
    reserve: (plan) => (plans.push(plan), { settle() {}, release() {} }),
  };
  const url = new URL("wss://api.openai.com/v1/realtime?model=gpt-realtime");
  for (const client of [{ apiKey: "sk-1" }, { apiKey: "sk-2" }, { apiKey: () => "sk-1" }, undefined]) {
    trackSocket(new Socket(url), { workspace: "acme", recorder, client }).send(CREATE);
  }
  const of = (key: string) => credentialOf(url.host, (name) => name === "authorization" ? `Bearer ${key}` : null);
  assertEquals(plans.map(({ credential }) => credential), [of("sk-1"), of("sk-2"), null, null]);
});
