/** A provider that answers attacked calls with any bytes, and all others as it should. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import type { Pieces } from "./bytes.ts";

/** Marks the calls that are answered with the attack's bytes. */
export const ATTACKED = "x-fuzz";

/** Marks the upgrades whose handshake is the attack's bytes, with `ACCEPT` for the right answer to the key. */
export const ATTACKED_HANDSHAKE = "x-fuzz: handshake";

/** The beginning of a handshake's answer. */
export const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n";

export const GOOD_BODY = '{"model":"m","usage":{"input_tokens":1,"output_tokens":2}}';

const GOOD =
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${GOOD_BODY.length}\r\n\r\n${GOOD_BODY}`;

const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export class Provider implements AsyncDisposable {
  /** Written to attacked calls; after the handshake, if the call is one. */
  reply: Pieces = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let text = "", isOpen = false;
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (bytes) => {
      if (isOpen) return;
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      const request = text;
      text = "";
      isOpen = /^upgrade: websocket/im.test(request);
      this.#answer(socket, request, isOpen);
    });
  }

  #answer(socket: Socket, request: string, isUpgrade: boolean): void {
    if (request.includes(ATTACKED_HANDSHAKE)) {
      const accept = acceptOf(request);
      const pieces = this.reply.map((piece) =>
        Buffer.from(piece.toString("latin1").replace("ACCEPT", accept), "latin1")
      );
      return void writeAll(socket, pieces).then(() => socket.end());
    }
    if (isUpgrade) socket.write(`${SWITCHING}sec-websocket-accept: ${acceptOf(request)}\r\n\r\n`);
    if (!request.includes(ATTACKED)) return void (isUpgrade || socket.write(GOOD));
    void writeAll(socket, this.reply).then(() => socket.end());
  }
}

/** Writes each piece in a turn of its own, so that the other side reads it by itself. */
export async function writeAll(socket: Socket, pieces: Pieces): Promise<void> {
  socket.setNoDelay(true);
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The parts of an exchange with the service. */
interface Exchange {
  /** Sent first, and answered before the rest is sent. */
  handshake?: Pieces;
  pieces: Pieces;
  /** Whether the end is sent as well, some time later; otherwise the service has to end the connection. */
  ends: boolean;
}

/** Opens a connection, sends the pieces, and resolves to what comes back. */
export function exchange(port: number, { handshake = [], pieces, ends }: Exchange): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const opened = Promise.withResolvers<void>();
    let end: ReturnType<typeof setTimeout> | undefined;
    const late = setTimeout(() => socket.destroy(), LATE_MS);
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      if (received.includes("\r\n\r\n")) opened.resolve();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(late);
      clearTimeout(end);
      opened.resolve();
      resolve(received);
    });
    socket.on("connect", async () => {
      await writeAll(socket, handshake);
      if (handshake.length > 0) await opened.promise;
      await writeAll(socket, pieces);
      if (ends) end = setTimeout(() => socket.end(), END_MS);
    });
  });
}

/** Time that the service has to answer before the end of the request arrives: it takes that for the caller's leave. */
const END_MS = 15;

/** A connection that neither side ends is left. */
const LATE_MS = 1000;

function acceptOf(request: string): string {
  const key = /sec-websocket-key: (.+?)\r/i.exec(request)?.[1] ?? "";
  return createHash("sha1").update(key + WEBSOCKET_GUID).digest("base64");
}
