import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { assert, assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { withGateway } from "../../../tests/support/gateway_server.ts";
import { hang } from "../../../tests/support/upstream_replies.ts";
import { chatChunks } from "../../../tests/support/upstream_bodies.ts";
import { Attempt } from "../../attempts/attempt.ts";
import type { AttemptPlan, AttemptResult } from "../../attempts/recorder.ts";
import type { ResponseHandler } from "../upstream/response_handler.ts";
import type { ResponseHead } from "../upstream/response_head.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { IdleTimeout, type Watched } from "./idle_timeout.ts";
import { relay, type Resend } from "./relay.ts";
import { type ExchangeTimeouts, Timeouts } from "./timeouts.ts";

const CHAT = {
  method: "POST",
  headers: { "content-type": "application/json", "x-request-id": "call-1" },
  body: '{"model":"gpt-5.4"}',
};

/** A recorder whose permits throw when an attempt ends, and the log of the gateway that uses it. */
function failingRecorder() {
  const logged: unknown[] = [];
  const settle = () => {
    throw new Error("defect");
  };
  const recorder = { reserve: () => ({ settle, release: settle }) };
  return { recorder, logged, log: (event: string, fields: object) => void logged.push([event, fields]) };
}

Deno.test("a defect in an event of the upstream is logged and ends that exchange alone", async () => {
  const { logged, ...options } = failingRecorder();
  await withGateway(options, async ({ url, provider }) => {
    const failed = await fetch(`${url}/chat/completions`, CHAT);
    assertEquals(failed.status, 500);
    assertEquals((await failed.json()).error.code, "internal_error");
    provider.once(async (exchange) => {
      exchange.startStream();
      for (const chunk of chatChunks("gpt-5.4", true)) await exchange.event(chunk);
      exchange.end();
    });
    const cut = await fetch(`${url}/chat/completions`, CHAT);
    await assertRejects(() => cut.text(), TypeError);
    assertEquals(logged, Array(2).fill(["gateway_failed", { request_id: "call-1", error: "Error: defect" }]));
  });
});

Deno.test("a defect when the caller disconnects, or the upstream sends nothing, is logged", async () => {
  const { logged, ...options } = failingRecorder();
  await withGateway({ ...options, timeouts: { first_byte_ms: 50, silence_ms: 50 } }, async ({ url, provider }) => {
    const taken = provider.take();
    const left = new AbortController();
    const call = fetch(`${url}/chat/completions`, { ...CHAT, signal: left.signal }).catch(() => {});
    const exchange = await taken;
    left.abort();
    await Promise.all([call, exchange.ended]);
    provider.once(hang);
    assertEquals(
      (await fetch(`${url}/chat/completions`, CHAT).then((response) => response.json())).error.code,
      "internal_error",
    );
    assertEquals(logged, Array(2).fill(["gateway_failed", { request_id: "call-1", error: "Error: defect" }]));
  });
});

/** A call that is not sent again. */
const NO_RESEND: Resend = {
  redirectTarget: () => null,
  follow: () => assert(false),
  leaveOutUsage: () => assert(false),
  sendWithoutUsage: () => assert(false),
};

const HEAD = { status: 200, reason: "OK", raw: ["Content-Type", "audio/mpeg"], names: ["content-type"] };
const LOST = { code: "ECONNRESET", message: "reset", unsent: false };

/** A relay whose upstream, response and time-out are the test's; `events` is what it does with them. */
function relayed() {
  const events: string[] = [];
  let handler!: ResponseHandler & Watched;
  const control = {
    pause: () => events.push("pause"),
    resume: () => events.push("resume"),
    abort: () => events.push("abort"),
  };
  const upstream = {
    send: (_: unknown, made: ResponseHandler) => (handler = made as typeof handler, control),
    close() {},
  };
  const response = Object.assign(new EventEmitter(), {
    req: { headers: {} },
    headersSent: false,
    setHeader: () => response,
    destroyed: false,
    writableFinished: false,
    accepts: true,
    writeHead: (status: number) => (events.push(`head ${status}`), response.headersSent = true),
    write: (bytes: Uint8Array) => (events.push(`write ${bytes.length}`), response.accepts),
    flushHeaders: () => events.push("flush"),
    statusCode: 200,
    end() {
      if (!response.headersSent) response.writeHead(response.statusCode);
      events.push("end");
    },
    destroy: () => events.push("destroy"),
  });
  const settle = ({ outcome, error_code }: AttemptResult) => void events.push(`settle ${outcome} ${error_code}`);
  const permit = { settle, release: (reason: string | null) => void events.push(`release ${reason}`) };
  const plan = { endpoint: "audio/speech", tokens: 0, stream: false, model: null } as AttemptPlan;
  const idle = Object.assign(new IdleTimeout(1000), {
    start: () => events.push("watch"),
    touches: 0,
    touch: () => idle.touches++,
    stop: () => events.push("unwatch"),
  });
  relay(upstream as unknown as Upstream, {
    exchange: { method: "POST", path: "audio/speech", headers: {}, body: [] },
    response: response as unknown as ServerResponse,
    attempt: new Attempt(plan, permit, () => 0),
    hides_usage: false,
    resend: NO_RESEND,
    timeouts: { first_byte: idle, silence: idle, drain: idle },
    log: (_, { error }) => void events.push(`log ${error}`),
  });
  const receive = (head: Partial<ResponseHead> = {}) => handler.head({ ...HEAD, ...head } as ResponseHead);
  return { handler, response, events, receive, idle };
}

Deno.test("each end of an exchange ends its time-out and settles it once", () => {
  const ends: [string, (made: ReturnType<typeof relayed>) => void, string[]][] = [
    ["response", ({ handler }) => handler.end(), ["head 200", "unwatch", "settle ok null", "end"]],
    ["lost", ({ handler }) => handler.failed(LOST), [
      "head 200",
      "unwatch",
      "settle failed connection_lost",
      "destroy",
    ]],
    ["timeout", ({ handler }) => handler.timedOut(), ["head 200", "abort", "settle failed timeout", "destroy"]],
    [
      "caller",
      ({ response }) => response.emit("close"),
      ["head 200", "unwatch", "settle aborted null", "abort"],
    ],
  ];
  for (const [name, end, expected] of ends) {
    const made = relayed();
    made.receive();
    end(made);
    assertEquals(made.events, ["watch", ...expected], name);
  }
});

Deno.test("the head and each chunk of a response begin its time anew", () => {
  const { handler, receive, idle } = relayed();
  receive();
  handler.incomplete!();
  handler.data(Buffer.alloc(1));
  handler.data(Buffer.alloc(1));
  assertEquals(idle.touches, 3);
});

Deno.test("a response that was sent completely is not aborted when its connection closes", () => {
  const { handler, response, events, receive } = relayed();
  receive();
  handler.end();
  response.writableFinished = true;
  response.emit("close");
  assertEquals(events.slice(-3), ["settle ok null", "end", "unwatch"]);
});

Deno.test("the upstream is read at the caller's pace", () => {
  const { handler, response, events, receive } = relayed();
  receive();
  response.accepts = false;
  handler.data(Buffer.alloc(1));
  handler.data(Buffer.alloc(2));
  assertEquals(events.slice(2), ["write 1", "pause", "write 2"]);
  response.emit("drain");
  handler.data(Buffer.alloc(3));
  response.accepts = true;
  response.emit("drain");
  handler.data(Buffer.alloc(4));
  assertEquals(events.slice(5), ["resume", "write 3", "pause", "resume", "write 4"]);
});

Deno.test("a defect in an exchange settles it as failed, whatever it was", () => {
  const { handler, response, events, receive } = relayed();
  receive();
  response.write = () => {
    throw new Error("defect");
  };
  handler.data(Buffer.alloc(1));
  assertEquals(events.slice(2), ["log Error: defect", "unwatch", "abort", "settle failed internal_error", "destroy"]);
});

Deno.test("a head that Node does not write ends the exchange at the upstream too, and sends an error", () => {
  const { handler, response, events, receive } = relayed();
  const { writeHead } = response;
  response.writeHead = () => {
    response.writeHead = writeHead;
    throw new TypeError("invalid character");
  };
  receive();
  assertEquals(events, ["watch", "unwatch", "abort", "settle failed malformed_answer", "head 502", "end"]);
  handler.failed(LOST);
  assertEquals(events.slice(6), ["unwatch", "destroy"]);
});

const JSON_HEAD = { raw: ["content-type", "application/json"] };
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

Deno.test("a head that Node does not write with its body is replaced by an error's", () => {
  const { handler, response, events, receive } = relayed();
  const { writeHead } = response;
  let refusals = 1;
  response.writeHead = (status) => {
    if (refusals-- > 0) throw new TypeError("invalid character");
    return writeHead(status);
  };
  receive(JSON_HEAD);
  handler.data(Buffer.alloc(1));
  handler.end();
  assertEquals(events.slice(2), ["settle ok null", "unwatch", "abort", "head 502", "end"]);
});

Deno.test("a body that arrives with its head is sent in one write", async () => {
  const { handler, events, receive } = relayed();
  receive(JSON_HEAD);
  handler.data(Buffer.alloc(1));
  handler.data(Buffer.alloc(2));
  handler.end();
  await nextTurn();
  assertEquals(events, ["watch", "unwatch", "settle ok null", "head 200", "end"]);
});

Deno.test("a body whose parts come later passes as it arrives, its head first", async () => {
  const { handler, events, receive } = relayed();
  receive(JSON_HEAD);
  handler.data(Buffer.alloc(1));
  handler.incomplete!();
  assertEquals(events, ["watch"]);
  await nextTurn();
  handler.data(Buffer.alloc(2));
  handler.end();
  assertEquals(events, ["watch", "head 200", "write 1", "write 2", "unwatch", "settle ok null", "end"]);
  const slow = relayed();
  slow.receive(JSON_HEAD);
  slow.handler.incomplete!();
  await nextTurn();
  assertEquals(slow.events, ["watch", "head 200", "flush"]);
});

Deno.test("an exchange that fails in the turn of its head is answered with an error", async () => {
  const { handler, events, receive } = relayed();
  receive(JSON_HEAD);
  handler.data(Buffer.alloc(1));
  handler.incomplete!();
  handler.failed(LOST);
  await nextTurn();
  assertEquals(events, ["watch", "unwatch", "settle failed connection_lost", "head 502", "end"]);
});

Deno.test("an error is held up to 1 MiB; a larger one is passed on as it arrives", () => {
  const { handler, events, receive } = relayed();
  receive({ ...JSON_HEAD, status: 400 });
  handler.data(Buffer.alloc(1 << 20));
  assertEquals(events, ["watch"]);
  handler.data(Buffer.alloc(1));
  handler.data(Buffer.alloc(2));
  handler.end();
  const passed = ["head 400", `write ${1 << 20}`, "write 1", "write 2"];
  assertEquals(events, ["watch", ...passed, "unwatch", "settle failed null", "end"]);
});

Deno.test("an exchange is not sent if its caller has already disconnected", () => {
  const released: (string | null)[] = [];
  const permit = { settle() {}, release: (reason: string | null) => void released.push(reason) };
  const plan = { endpoint: "responses" } as AttemptPlan;
  relay({ send: () => assert(false), close() {} } as unknown as Upstream, {
    exchange: { method: "POST", path: "responses", headers: {}, body: [] },
    response: { destroyed: true } as ServerResponse,
    attempt: new Attempt(plan, permit, () => 0),
    hides_usage: false,
    resend: NO_RESEND,
    timeouts: new Timeouts({}).of({}) as ExchangeTimeouts,
    log: () => {},
  });
  assertEquals(released, [null]);
});
