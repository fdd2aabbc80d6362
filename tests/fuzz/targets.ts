/** What the fuzz attacks, and with which bytes. */
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { cut, damaged, damagedText, inPieces, jsonTexts, type Pieces } from "./bytes.ts";
import { ATTACKED, ATTACKED_HANDSHAKE, exchange, type Provider, SWITCHING } from "./provider.ts";

/** The processes of one run. */
export interface Room {
  /** The port of the service. */
  port: number;
  provider: Provider;
}

/** One place where bytes come in. */
export interface Target {
  attacks: fc.Arbitrary<Pieces>;
  /** Sends the bytes, and resolves when the service is done with them. */
  send(room: Room, pieces: Pieces): Promise<unknown>;
}

const HOST = "host: localhost:PORT\r\n";

/** Requests name the service's port in `Host`. */
function addressed({ port }: Room, pieces: Pieces): Pieces {
  return pieces.map((piece) => Buffer.from(piece.toString("latin1").replace("PORT", `${port}`), "latin1"));
}

function toService(room: Room, pieces: Pieces): Promise<string> {
  return exchange(room.port, { pieces: addressed(room, pieces), ends: true });
}

/** A call, or a handshake, that the provider answers with these bytes. */
function fromProvider(request: string, ends = false) {
  return (room: Room, pieces: Pieces) => {
    room.provider.reply = pieces;
    return exchange(room.port, { pieces: addressed(room, [Buffer.from(request)]), ends });
  };
}

/** A call whose connection ends with its response. */
function call(path: string, body: string): string {
  return `POST /w/acme/v1/${path} HTTP/1.1\r\n${HOST}connection: close\r\ncontent-type: application/json\r\n${ATTACKED}: 1\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`;
}

function post(path: string, type: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\n${HOST}connection: close\r\ncontent-type: ${type}\r\ncontent-length: ${
    Buffer.byteLength(body)
  }\r\n\r\n${body}`;
}

const upgrade = (path: string, more = "") =>
  `GET ${path} HTTP/1.1\r\n${HOST}connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
  `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

const REQUESTS = [
  `GET /healthz HTTP/1.1\r\n${HOST}\r\n`,
  `GET /api/quota/status?workspace_id=acme HTTP/1.1\r\n${HOST}accept: */*\r\n\r\n`,
  post("/w/acme/v1/responses?a=b", "application/json", '{"model":"m"}'),
  `POST /v1/files HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx: y\r\n\r\n`,
  `${post("/v1/x", "text/plain", "a")}GET /v1/models HTTP/1.1\r\n${HOST}x-quota-key: qg_ingest_a_b\r\n\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HOST}origin: https://evil.example\r\n\r\n`,
  upgrade("/api/quota/ws?workspace_id=acme"),
  upgrade("/w/acme/v1/realtime?model=m", "sec-websocket-protocol: realtime, openai-insecure-api-key.sk-1\r\n"),
];

const API_ROUTES = ["/api/quota/attempts", "/api/quota/reservations", "/api/quota/reset", "/api/quota/pairing/redeem"];

const bodies = fc.oneof(jsonTexts(), damagedText(jsonTexts()));

const apiBodies = fc.tuple(fc.constantFrom(...API_ROUTES), bodies).map(([route, body]) =>
  post(route, "application/json", body)
);
const callBodies = fc.tuple(
  fc.constantFrom("chat/completions", "responses", "embeddings", "audio/transcriptions"),
  fc.constantFrom("application/json", "multipart/form-data; boundary=x", "text/plain"),
  fc.oneof(bodies, fc.nat(9000).map((times) => `--x\r\nname="model"\r\n\r\nm\r\n`.repeat(times))),
).map(([path, type, body]) => post(`/v1/${path}`, type, body));

const HEADS = [
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
  "HTTP/1.1 429 Too Many\r\nretry-after: 5\r\nx-ratelimit-remaining-tokens: 5\r\nx-ratelimit-reset-tokens: 1m2s\r\n\r\n{}",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n",
  "HTTP/1.0 302 Found\r\nlocation: http://x/\r\nset-cookie: a=b\r\nset-cookie: c=d\r\n\r\nbody",
  "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
];

const chunk = fc.tuple(fc.constantFrom("", ";a", ';a="b c"', ";a=b;c"), fc.string({ minLength: 1, maxLength: 60 })).map(
  ([extension, text]) => {
    const data = Buffer.from(text).toString("latin1");
    return `${data.length.toString(16)}${extension}\r\n${data}\r\n`;
  },
);
const chunked = fc.tuple(
  fc.constantFrom("text/event-stream", "application/json", "audio/mpeg"),
  fc.array(chunk, { maxLength: 12 }),
  fc.constantFrom(1, 1, 1, 2000),
  fc.constantFrom("0\r\n\r\n", "0\r\nx: y\r\nz: é\r\n\r\n", ""),
).map(([type, chunks, times, end]) =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n${chunks.join("").repeat(times)}${end}`
);

const EVENTS = [
  'data: {"choices":[{"delta":{"content":"Hi é"}}]}\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
  'data: {"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":2}}}\r\n\r\n',
  'event: error\rdata: {"error":{"code":"server_error"}}\r\r',
  "data: [DONE]\n\n",
  ": comment\n\ndata:\n\n\n\n",
  "data: a\ndata: b\nid: 5\n\n",
];
const events = fc.tuple(
  fc.array(fc.oneof(fc.constantFrom(...EVENTS), jsonTexts(4000).map((json) => `data: ${json}\n\n`)), { maxLength: 8 }),
  fc.constantFrom(1, 1, 1, 40),
).map(([events, times]) =>
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${events.join("").repeat(times)}`
);

const answers = fc.tuple(
  fc.oneof(jsonTexts(40_000), damagedText(jsonTexts())),
  fc.constantFrom(200, 400, 429, 500),
  fc.constantFrom("json", "html"),
).map(
  ([body, status, type]) =>
    `HTTP/1.1 ${status} X\r\ncontent-type: text/${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
);
const compressed = fc.tuple(jsonTexts(100_000), fc.array(fc.nat(), { maxLength: 3 })).map(([json, cuts]) => {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n";
  return cut(Buffer.concat([Buffer.from(head), gzipSync(json)]), cuts);
});

const HANDSHAKES = [
  `${SWITCHING}sec-websocket-accept: ACCEPT\r\nx-request-id: r\r\n\r\n\x81\x02{}`,
  `${SWITCHING}sec-websocket-accept: ACCEPT\r\nsec-websocket-protocol: realtime\r\nsec-websocket-extensions: x\r\n\r\n`,
  'HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\n\r\n{"error":{"code":"c","message":"m"}}',
  "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
];

/** A frame. A client's is masked, with a mask of zeros that changes nothing. */
function frame(head: number, payload: string, isMasked: boolean): string {
  const mask = isMasked ? 0x80 : 0;
  const size = payload.length < 126
    ? String.fromCharCode(mask | payload.length)
    : payload.length < 1 << 16
    ? String.fromCharCode(mask | 126, payload.length >> 8, payload.length & 255)
    : String.fromCharCode(
      mask | 127,
      0,
      0,
      0,
      0,
      0,
      payload.length >> 16,
      payload.length >> 8 & 255,
      payload.length & 255,
    );
  return String.fromCharCode(head) + size + (isMasked ? "\0\0\0\0" : "") + payload;
}

const OPCODES = [0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89, 0x8a, 0xc1, 0x8f];
const MESSAGES = [
  '{"type":"ping"}',
  '{"type":"response.create"}',
  '{"type":"response.done","response":{"id":"r"}}',
  "\x03\xe8bye",
  "",
];
const frames = (isMasked: boolean) =>
  fc.tuple(
    fc.array(
      fc.tuple(fc.constantFrom(...OPCODES), fc.oneof(fc.constantFrom(...MESSAGES), jsonTexts(4000)))
        .map(([head, payload]) => frame(head, Buffer.from(payload).toString("latin1"), isMasked)),
      { minLength: 1, maxLength: 6 },
    ),
    fc.constantFrom(1, 1, 1, 300),
  ).map(([frames, times]) => frames.join("").repeat(times));

const ids = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.constantFrom(
    "..",
    "../..",
    "__proto__",
    "constructor",
    "%2e%2e",
    "a\0b",
    "\u202e",
    "x".repeat(5000),
    "é",
    "ﬁ",
    "acme",
  ),
).map((id) => {
  try {
    return encodeURIComponent(id);
  } catch {
    return Buffer.from(id).toString("latin1").replaceAll(/[^!-~]/g, "%ff");
  }
});
const idRequests = ids.chain((id) =>
  fc.constantFrom(
    post(`/w/${id}/v1/responses`, "application/json", "{}"),
    `GET /api/quota/status?workspace_id=${id} HTTP/1.1\r\n${HOST}\r\n`,
    `GET /v1/${id} HTTP/1.1\r\n${HOST}x-workspace-id: ${id}\r\nx-quota-app: ${id}\r\nx-quota-call-id: ${id}\r\n\r\n`,
    upgrade(`/api/quota/ws?workspace_id=${id}`),
    `DELETE /api/quota/keys/${id} HTTP/1.1\r\n${HOST}\r\n`,
  )
);

/** Frames of a caller, after the handshake of a socket. */
const fromCaller = (path: string): Target => ({
  attacks: damaged(frames(true)),
  send: (room, pieces) => {
    const handshake = addressed(room, [Buffer.from(upgrade(path))]);
    return exchange(room.port, { handshake, pieces, ends: true });
  },
});

export const TARGETS: Record<string, Target> = {
  "request heads": { attacks: damaged(fc.constantFrom(...REQUESTS)), send: toService },
  "request bodies": { attacks: inPieces(fc.oneof(callBodies, apiBodies)), send: toService },
  "ids": { attacks: fc.oneof(inPieces(idRequests), damaged(idRequests)), send: toService },
  "upstream heads": { attacks: damaged(fc.constantFrom(...HEADS)), send: fromProvider(call("responses", "{}")) },
  "chunk framing": { attacks: damaged(chunked), send: fromProvider(call("responses", '{"stream":true}')) },
  "event streams": { attacks: damaged(events), send: fromProvider(call("responses", '{"stream":true,"input":"x"}')) },
  "filtered event streams": {
    attacks: damaged(events),
    send: fromProvider(call("chat/completions", '{"stream":true,"messages":[]}')),
  },
  "answers": {
    attacks: fc.oneof(inPieces(answers), damaged(answers), compressed),
    send: fromProvider(call("embeddings", '{"input":"x"}')),
  },
  "frames to the status socket": fromCaller("/api/quota/ws?workspace_id=acme"),
  "frames of a caller": fromCaller("/w/acme/v1/realtime?model=m"),
  "handshakes of the upstream": {
    attacks: damaged(fc.constantFrom(...HANDSHAKES)),
    send: fromProvider(upgrade("/w/acme/v1/realtime?model=m", `${ATTACKED_HANDSHAKE}\r\n`), true),
  },
  "frames of the upstream": {
    attacks: damaged(frames(false)),
    send: fromProvider(upgrade("/w/acme/v1/realtime?model=m", `${ATTACKED}: 1\r\n`), true),
  },
};
