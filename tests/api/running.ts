/** The service on a real port in the process of the test, with a clock that the test controls, and clients for it. */
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { readConfig } from "../../server/config/config.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { type Service, type ServiceDeps, startService } from "../../server/service.ts";
import type { ServerMessage } from "../../shared/events.ts";
import { ManualClock } from "../support/clock.ts";

/** A running service. It stops when its scope ends. */
export interface Running extends AsyncDisposable {
  service: Service;
  clock: ManualClock;
  ledger: HistoricLedger;
  /** `127.0.0.1:PORT`. */
  host: string;
  port: number;
}

/** Starts the service on a free port, with a ledger in memory that can be read after the stop. */
export async function run(
  environment: Record<string, string> = {},
  deps: Partial<ServiceDeps> = {},
): Promise<Running> {
  const clock = new ManualClock();
  // Nothing listens on port 1, so calls to the provider are refused immediately.
  const config = readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: "http://127.0.0.1:1/v1", ...environment });
  const ledger = openMemoryLedger();
  const service = await startService({ config, ledger, clock, log: () => {}, ...deps });
  const { host, port } = new URL(service.url);
  return { service, clock, ledger, host, port: Number(port), [Symbol.asyncDispose]: () => service.stop() };
}

/** Resolves when `condition` is true. Checks it after each turn of the event loop. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const last = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > last) throw new Error(`Waited ten seconds for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Sends raw bytes. Returns what was received until the service disconnected, or until it matches `enough`. */
export function sendRaw(port: number, bytes: string | Uint8Array, enough = /^$/): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let got = "";
    socket.on("data", (data) => {
      got += data.toString("latin1");
      if (enough.test(got)) socket.destroy();
    });
    socket.on("error", (error) => got === "" ? reject(error) : socket.destroy());
    socket.on("close", () => resolve(got));
  });
}

/** A WebSocket client of one workspace, with all messages that it received. */
export class Watcher {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  /** Code and reason of the close frame, once it is closed. */
  closed: { code: number; reason: string } | null = null;
  /** The response to an upgrade that was refused. */
  refusal: { status: number; body: string; type: string } | null = null;

  constructor({ host }: Pick<Running, "host">, query = "?workspace_id=acme", options: Record<string, unknown> = {}) {
    const { path = "/api/quota/ws", ...more } = options;
    this.socket = new WebSocket(`ws://${host}${path}${query}`, more);
    this.socket.on("message", (data) => this.messages.push(JSON.parse(data.toString())));
    this.socket.on("close", (code, reason) => this.closed = { code, reason: reason.toString() });
    this.socket.on("error", () => {});
    this.socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (part: Uint8Array) => body += part);
      const type = response.headers["content-type"] ?? "";
      response.on("end", () => this.refusal = { status: response.statusCode!, body, type });
    });
  }

  get updates() {
    return this.messages.flatMap((message) => message.type === "quota_update" ? [message.data] : []);
  }

  /** Resolves when `count` messages were received. */
  async received(count: number): Promise<void> {
    await until(() => this.messages.length >= count, `${count} messages; there are ${JSON.stringify(this.messages)}`);
  }

  async end(): Promise<{ code: number; reason: string }> {
    await until(() => this.closed !== null, "the socket's end");
    return this.closed!;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.end();
  }
}

/** A socket after a WebSocket handshake, on which the test writes raw bytes. */
export async function rawSocket(
  { host, port }: Pick<Running, "host" | "port">,
  path = "/api/quota/ws?workspace_id=acme",
): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  socket.on("error", () => {});
  let head = "";
  await new Promise<void>((resolve, reject) => {
    socket.on("data", function onData(data) {
      head += data.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", onData);
      if (head.startsWith("HTTP/1.1 101")) resolve();
      else reject(new Error(head));
    });
  });
  return socket;
}

/** A masked frame. `head` is its first byte: 0x80 marks the last frame of a message, the low four bits are the opcode. */
export function frame(head: number, payload: string | Uint8Array): Uint8Array {
  const body = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const size = body.length < 126 ? [body.length] : [126, body.length >> 8, body.length & 255];
  // A mask of zeros does not change the payload.
  return Uint8Array.of(head, 0x80 | size[0], ...size.slice(1), 0, 0, 0, 0, ...body);
}
