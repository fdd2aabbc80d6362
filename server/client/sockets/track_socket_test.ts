import { EventEmitter } from "node:events";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { assertEquals } from "../../../tests/support/assert.ts";
import type { AttemptPlan, AttemptResult, Recorder, Refusal, Wait } from "../../attempts/recorder.ts";
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
