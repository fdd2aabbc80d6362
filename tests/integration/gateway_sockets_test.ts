/** The gateway relays a WebSocket without a difference that either side could notice. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { run, sendRaw, until } from "../api/running.ts";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { type Peer, type SocketUpstream, startSocketUpstream } from "../support/socket_upstream.ts";
import { type Room, type Settings, withSocketUpstream } from "./room.ts";

/** A caller with a plain WebSocket, and what they received. */
class Caller {
  readonly socket: WebSocket;
  readonly received: { data: Buffer; binary: boolean }[] = [];
  closed: { code: number; reason: string } | null = null;
  /** The response to a refused handshake. */
  answer: { status: number; headers: Record<string, unknown>; body: string } | null = null;

  constructor(url: string, protocols: string[] = [], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url.replace(/^http/, "ws"), protocols, { headers, autoPong: false });
    this.socket.on("message", (data: Buffer, binary) => this.received.push({ data, binary }));
    this.socket.on("close", (code, reason) => this.closed = { code, reason: reason.toString() });
    this.socket.on("error", () => {});
    this.socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (part: Uint8Array) => body += part);
      response.on("end", () => this.answer = { status: response.statusCode!, headers: response.headers, body });
    });
  }

  get texts(): string[] {
    return this.received.map(({ data }) => data.toString());
  }
}

interface Line {
  room: Room<SocketUpstream>;
  caller: Caller;
  peer: Peer;
}

/** Opens a socket between a caller and the provider through the gateway. */
function line(name: string, use: (line: Line) => Promise<void>, settings: Settings = {}): void {
  Deno.test(
    `a socket through the gateway: ${name}`,
    withSocketUpstream(async (room) => {
      const caller = new Caller(room.gateway("/realtime?model=gpt-realtime"));
      const peer = await room.upstream.peer(0);
      await until(() => caller.socket.readyState === WebSocket.OPEN, "the caller's socket");
      await use({ room, caller, peer });
      caller.socket.close();
      await until(() => caller.closed !== null && peer.closed !== null, "both ends");
    }, settings),
  );
}

line("messages pass unchanged and in order in both directions", async ({ caller, peer }) => {
  const texts = [
    '{"type" : "session.update","x":"\\u00e9 é 🎙"}',
    "no JSON",
    "",
    "[1]",
    `{"a":"${"x".repeat(300_000)}"}`,
  ];
  const bytes = [randomBytes(70_000), Buffer.alloc(0)];
  for (const text of texts) (caller.socket.send(text), peer.socket.send(text));
  for (const part of bytes) (caller.socket.send(part), peer.socket.send(part));
  await until(() => caller.received.length === 7 && peer.received.length === 7, "seven messages each way");
  assertEquals(caller.texts.slice(0, 5), texts);
  assertEquals(peer.received.slice(0, 5), texts);
  assertEquals(caller.received.map(({ binary }) => binary), [false, false, false, false, false, true, true]);
  assert(bytes[0].equals(caller.received[5].data));
});

line("pings and pongs pass from one side to the other", async ({ caller, peer }) => {
  const received: string[] = [];
  peer.socket.on("ping", (data) => received.push(`ping ${data}`));
  peer.socket.on("pong", (data) => received.push(`pong ${data}`));
  caller.socket.on("ping", (data) => caller.socket.pong(`${data}!`));
  caller.socket.on("pong", (data) => received.push(`answer ${data}`));
  caller.socket.ping("a");
  peer.socket.ping("b");
  await until(() => received.length === 3, "three of them");
  assertEquals(received.sort(), ["answer a", "ping a", "pong b!"]);
});

line("the caller's code and reason reach the provider", async ({ caller, peer }) => {
  caller.socket.close(4001, "bye ✓");
  await until(() => peer.closed !== null && caller.closed !== null, "both ends");
  assertEquals([peer.closed, caller.closed], [{ code: 4001, reason: "bye ✓" }, { code: 4001, reason: "bye ✓" }]);
});

line("the provider's code and reason reach the caller", async ({ caller, peer }) => {
  peer.socket.close(3000, "session expired");
  await until(() => caller.closed !== null, "the caller's end");
  assertEquals(caller.closed, { code: 3000, reason: "session expired" });
});

line("a close without a code stays without one", async ({ caller, peer }) => {
  peer.socket.close();
  await until(() => caller.closed !== null, "the caller's end");
  assertEquals(caller.closed?.code, 1005);
});

for (const who of ["caller", "peer"] as const) {
  line(`a line that dies at the ${who} dies at the other side`, async ({ caller, peer }) => {
    (who === "caller" ? caller : peer).socket.terminate();
    await until(() => caller.closed !== null && peer.closed !== null, "both ends");
    assertEquals([caller.closed?.code, peer.closed?.code], [1006, 1006]);
  });
}

line(
  "a caller who does not read slows the provider down, and the gateway buffers a bounded amount",
  async ({ caller, peer }) => {
    caller.socket.pause();
    const piece = randomBytes(256 * 1024);
    let sent = 0, handed = 0;
    while (sent - handed < 16 && sent < 400) {
      sent++;
      peer.socket.send(piece, () => handed++);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert(sent < 400, "the provider was never held up");
    caller.socket.resume();
    await until(() => caller.received.length === sent, "all that was sent");
    assert(caller.received.every(({ data }) => piece.equals(data)));
  },
);

line("a create is found in every form that JSON allows", async ({ room, caller, peer }) => {
  room.upstream.reply(() => {});
  caller.socket.send('{"type":"response\\u002ecreate"}');
  caller.socket.send(Buffer.from('{ "response": {}, "type" :\n"response.create" }'));
  caller.socket.send('{"text":"response.create","type":"session.update"}');
  await until(() => peer.received.length === 3, "three messages");
  caller.socket.close();
  await until(() => caller.closed !== null, "the end");
  assertEquals((await room.rows()).map(({ outcome }) => outcome), ["aborted", "aborted"]);
});

line("a transcription of speech is counted for the model that transcribes", async ({ room, caller, peer }) => {
  const transcription = { model: "gpt-4o-transcribe" };
  peer.send({ type: "session.updated", session: { model: "gpt-realtime-2", audio: { input: { transcription } } } });
  const done = { type: "conversation.item.input_audio_transcription.completed", transcript: "Hello" };
  peer.send({ ...done, usage: { type: "tokens", input_tokens: 20, output_tokens: 2, total_tokens: 22 } });
  peer.send({ ...done, usage: { type: "duration", seconds: 2 } });
  peer.send({ ...done, usage: "much" });
  await until(() => caller.received.length === 4, "four events");
  const told = (await room.rows()).map((row) => [row.model, row.usage_source, row.usage.total_tokens]);
  assertEquals(told, [
    ["gpt-4o-transcribe", "counted", 22],
    ["gpt-4o-transcribe", "none", 0],
    ["gpt-4o-transcribe", "unknown", 0],
  ]);
});

const KEY = "openai-insecure-api-key.sk-caller";

Deno.test(
  "a page's key is forwarded in the subprotocol, and never returned",
  withSocketUpstream(async ({ gateway, upstream }) => {
    const caller = new Caller(gateway("/realtime?model=m"), ["realtime", KEY, "openai-project.p"]);
    const peer = await upstream.peer(0);
    await until(() => caller.socket.readyState === WebSocket.OPEN, "the socket");
    assertEquals(peer.headers["sec-websocket-protocol"], `realtime,${KEY},openai-project.p`);
    assertEquals([caller.socket.protocol, peer.path], ["realtime", "/v1/realtime?model=m"]);
    caller.socket.close();
    await until(() => caller.closed !== null, "the end");
  }),
);

Deno.test(
  "with a key of the service, the caller's own is not forwarded",
  withSocketUpstream(async ({ gateway, upstream }) => {
    const headers = { authorization: "Bearer sk-caller", "x-quota-app": "voice", "openai-beta": "realtime=v1" };
    const caller = new Caller(gateway("/realtime?model=m"), ["realtime", KEY], headers);
    const peer = await upstream.peer(0);
    assertEquals(peer.headers.authorization, "Bearer sk-ours");
    assertEquals([peer.headers["sec-websocket-protocol"], peer.headers["openai-beta"]], ["realtime", "realtime=v1"]);
    assertEquals(JSON.stringify(peer.headers).includes("sk-caller") || "x-quota-app" in peer.headers, false);
    await until(() => caller.socket.readyState === WebSocket.OPEN, "the socket");
    caller.socket.close();
    await until(() => caller.closed !== null, "the end");
  }, { upstream_key: "sk-ours" }),
);

Deno.test(
  "the workspace is that of the path, else of the header, else the default",
  withSocketUpstream(async ({ service, upstream, rows }) => {
    const cases: [string, Record<string, string>][] = [
      ["/w/beta/v1/responses", { "x-workspace-id": "gamma" }],
      ["/v1/responses", { "X-Workspace-Id": "Gamma", "x-quota-app": "page" }],
      ["/v1/responses", {}],
    ];
    for (const [path, headers] of cases) {
      const caller = new Caller(service.url + path, [], headers);
      caller.socket.on("open", () => caller.socket.send('{"type":"response.create","model":"m"}'));
      await until(() => caller.received.length === 3, "the answer");
      caller.socket.close();
      await until(() => caller.closed !== null, "the end");
    }
    const counted = await Promise.all(["beta", "gamma", "default"].map(rows));
    assertEquals(counted.map((rows) => rows.map(({ app, model }) => [app, model])), [
      [[null, "m"]],
      [["page", "m"]],
      [[null, "m"]],
    ]);
    assertEquals(upstream.ledger.length, 3);
  }),
);

Deno.test(
  "the provider's response to a handshake that it refuses is forwarded and counted",
  withSocketUpstream(async ({ gateway, upstream, rows }) => {
    const body = '{"error":{"message":"Incorrect key","type":"invalid_request_error","code":"invalid_api_key"}}';
    upstream.refuse((socket) => answer(socket, "401 Unauthorized", body));
    const caller = new Caller(gateway("/realtime?model=m"));
    await until(() => caller.answer !== null, "the answer");
    assertEquals([caller.answer?.status, caller.answer?.body], [401, body]);
    assertEquals([caller.answer?.headers["x-request-id"], caller.answer?.headers["content-type"]], [
      "req_1",
      "application/json",
    ]);
    const told = (await rows()).map((row) => [row.outcome, row.http_status, row.error_code, row.endpoint, row.model]);
    assertEquals(told, [["failed", 401, "invalid_api_key", "realtime", "m"]]);
  }),
);

Deno.test(
  "a response to a handshake that never ends does not delay a stop of the service",
  withSocketUpstream(async ({ gateway, upstream, service, rows }) => {
    upstream.refuse((socket) => socket.write("HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\n{"));
    const caller = new Caller(gateway("/realtime?model=m"));
    let began = false, gone = false;
    caller.socket.removeAllListeners("unexpected-response");
    caller.socket.on("unexpected-response", (_request, answer) => {
      began = answer.statusCode === 500;
      answer.on("error", () => gone = true);
      answer.on("close", () => gone = true);
      answer.resume();
    });
    await until(() => began, "the answer's beginning");
    await service.stop(1);
    await until(() => gone, "the answer's end");
    assertEquals((await rows()).map(({ outcome, http_status }) => [outcome, http_status]), [["failed", 500]]);
  }),
);

Deno.test(
  "the provider's other headers of the handshake reach the caller",
  withSocketUpstream(async ({ gateway, upstream }) => {
    upstream.onHeaders((lines) => lines.push("x-request-id: req_7", "openai-processing-ms: 3"));
    const caller = new Caller(gateway("/realtime?model=m"), ["realtime"]);
    let headers: Record<string, unknown> = {};
    caller.socket.on("upgrade", (answer) => headers = answer.headers);
    await until(() => caller.socket.readyState === WebSocket.OPEN, "the socket");
    assertEquals([headers["x-request-id"], headers["openai-processing-ms"]], ["req_7", "3"]);
    assertEquals([headers.connection, headers["sec-websocket-protocol"]], ["Upgrade", "realtime"]);
    caller.socket.close();
    await until(() => caller.closed !== null, "the end");
  }),
);

Deno.test(
  "a provider that breaks the handshake, or is unreachable, becomes 502 with an error of the provider's shape",
  withSocketUpstream(async ({ gateway, upstream, rows, service }) => {
    upstream.refuse((socket) => void socket.destroy());
    const cut = new Caller(gateway("/realtime?model=m"));
    await until(() => cut.answer !== null, "the answer");
    await upstream.close();
    const caller = new Caller(gateway("/realtime?model=m"));
    await until(() => caller.answer !== null, "the answer");
    for (const { answer } of [cut, caller]) {
      assertEquals([answer?.status, JSON.parse(answer!.body).error.code], [502, "upstream_unreachable"]);
    }
    assertEquals((await rows()).map(({ outcome, error_code }) => [outcome, error_code]), [[
      "failed",
      "connection_lost",
    ]]);
    assertEquals(service.tracker.inFlight, 0);
  }),
);

Deno.test(
  "a socket that cannot be relayed is refused before the provider is contacted",
  withSocketUpstream(async ({ service, upstream }) => {
    const { host, port } = new URL(service.url);
    const upgrade = (path: string, over = "") =>
      sendRaw(
        Number(port),
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${over}\r\n`,
      );
    const cases: [string, string, number, string][] = [
      ["/v1/live", "", 404, "not_found"],
      ["/v1/realtime/translations", "", 404, "not_found"],
      ["/w/no%20name/v1/realtime", "", 400, "invalid_workspace"],
      ["/v1/%2e%2e/realtime", "", 400, "malformed_path"],
      ["/v1/..;/realtime", "", 400, "malformed_path"],
      ["/v1/%252e%252e/realtime", "", 400, "malformed_path"],
      ["/v1/realtime#?model=m", "", 400, "malformed_path"],
      ["/v1/realtime%5c", "", 400, "malformed_path"],
      ["/v1/realtime", "Origin: https://evil.example\r\n", 403, "foreign_origin"],
      ["/v1/realtime", "Sec-WebSocket-Protocol: a b\r\n", 400, "invalid_request"],
      ["/v1/realtime", "x-quota-on-limit: perhaps\r\n", 400, "invalid_request"],
      ["/v1/realtime", "Sec-WebSocket-Key: two\r\n", 400, "invalid_request"],
    ];
    for (const [path, over, status, code] of cases) {
      const answer = await upgrade(path, over);
      assertStringIncludes(answer, `HTTP/1.1 ${status} `);
      assertEquals(JSON.parse(answer.split("\r\n\r\n")[1]).error.code, code, path);
    }
    assertEquals(upstream.peers.length, 0);
  }),
);

Deno.test("the create of a batch job waits in the queue with its later messages, and leaves it when the caller does", async () => {
  const upstream = await startSocketUpstream();
  const env = { QUOTA_UPSTREAM_URL: upstream.url, OPENAI_RATE_LIMIT_PER_MINUTE: "1" };
  await using running = await run(env);
  const { service: { url, tracker }, clock } = running;
  const job = () => new Caller(`${url}/w/acme/v1/responses`, [], { "x-quota-on-limit": "wait" });
  const first = job(), second = job();
  for (const { socket } of [first, second]) await until(() => socket.readyState === WebSocket.OPEN, "the sockets");
  first.socket.send('{"type":"response.create"}');
  await until(() => first.received.length === 3, "the first answer");
  first.socket.send('{"type":"response.create"}');
  first.socket.send('{"type":"response.steer"}');
  second.socket.send('{"type":"response.create"}');
  await until(() => tracker.waiting === 2, "both of them waiting");
  second.socket.close();
  await until(() => tracker.waiting === 1, "one who has left");
  const peer = upstream.peers.find(({ received }) => received.length > 0)!;
  assertEquals(peer.received.length, 1);
  clock.advance(62_000);
  await until(() => first.received.length === 6 && peer.received.length === 3, "the second answer");
  assertEquals(peer.received.map((text) => JSON.parse(text).type), [
    "response.create",
    "response.create",
    "response.steer",
  ]);
  first.socket.close();
  await until(() => first.closed !== null && second.closed !== null, "their ends");
  assertEquals([upstream.ledger.length, tracker.inFlight], [2, 0]);
  await upstream.close();
});

Deno.test(
  "a stopping service lets a response in progress end, then closes",
  withSocketUpstream(async ({ service, gateway, upstream, rows }) => {
    upstream.reply((peer) => void upstream.begin(peer));
    const busy = new Caller(gateway("/realtime?model=m")), idle = new Caller(gateway("/realtime?model=m"));
    for (const { socket } of [busy, idle]) await until(() => socket.readyState === WebSocket.OPEN, "the sockets");
    busy.socket.send('{"type":"response.create"}');
    await until(() => busy.received.length === 1, "the response's beginning");
    const stopped = service.stop();
    await until(() => idle.closed !== null, "the goodbye");
    assertEquals([idle.closed?.code, busy.closed], [1001, null]);
    const peer = upstream.peers.find(({ received }) => received.length > 0)!;
    upstream.finish(peer, "resp_1");
    await stopped;
    await until(() => busy.closed !== null, "the end");
    assertEquals([busy.closed?.code, busy.received.length], [1001, 3]);
    assertEquals((await rows()).map(({ outcome, usage }) => [outcome, usage.total_tokens]), [["ok", 7]]);
  }),
);

Deno.test(
  "a response that does not end in the time of a stop is cut off and settled",
  withSocketUpstream(async ({ service, gateway, upstream, rows }) => {
    upstream.reply((peer) => void upstream.begin(peer));
    const caller = new Caller(gateway("/realtime?model=m"));
    caller.socket.on("open", () => caller.socket.send('{"type":"response.create"}'));
    await until(() => caller.received.length === 1, "the response's beginning");
    await service.stop(1);
    await until(() => caller.closed !== null, "the end");
    assertEquals(caller.closed?.code, 1006);
    assertEquals((await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]), [["aborted", "unknown"]]);
  }),
);

function answer(socket: Duplex, status: string, body: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nx-request-id: req_1\r\nconnection: close\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
}
