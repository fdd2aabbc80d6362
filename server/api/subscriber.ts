/** One open socket: what it is sent, how far behind it is, and whether it is still there. */
import { Buffer } from "node:buffer";
import type { RawData, WebSocket } from "ws";

/** Unread bytes past which a socket is cut. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Rounds that a socket may miss: in the next one it is gone. Counted, not timed: when our own loop was blocked, one round
 * has passed, not many. */
const MOST_MISSED = 2;

const PING = Buffer.from('{"type":"ping"}');
const PONG = Buffer.from('{"type":"pong"}');

/** The sending end of one socket. */
export class Subscriber {
  readonly #socket: WebSocket;
  #missed = 0;
  #sending = false;
  /** The latest state that waits for the socket to take the one before. */
  #next: Buffer | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => this.#message(data, isBinary));
    socket.on("pong", () => this.#missed = 0);
    // Bad frames, bad UTF-8, huge messages: ws closes this socket alone with the right code.
    socket.on("error", () => {});
  }

  /** Sends a state; while one is on its way only the latest waits. */
  send(frame: Buffer): void {
    if (this.#sending) {
      this.#next = frame;
      return;
    }
    this.#sending = true;
    this.#write(frame, () => this.#sent());
  }

  /** Asks for a sign of life: in a text frame, which a page can answer, and in a protocol ping, which every browser does. */
  heartbeat(): void {
    if (this.#missed >= MOST_MISSED) return this.cut();
    this.#missed++;
    this.#write(PING);
    this.#socket.ping(undefined, false, ignore);
  }

  /** Says why, then closes. */
  refuse(code: string, detail: string): void {
    this.#write(Buffer.from(JSON.stringify({ type: "error", code, detail })));
    this.#socket.close(1008, code);
  }

  bye(): void {
    this.#socket.close(1001, "going away");
  }

  /** Drops the line, at once. */
  cut(): void {
    this.#socket.terminate();
  }

  /** Whatever goes out passes here, so that who asks and does not read is cut as well. */
  #write(frame: Buffer, done = ignore): void {
    if (this.#socket.bufferedAmount > MOST_UNREAD_BYTES) return this.cut();
    this.#socket.send(frame, { binary: false }, done);
  }

  #sent(): void {
    this.#sending = false;
    const next = this.#next;
    this.#next = null;
    if (next) this.send(next);
  }

  #message(data: RawData, isBinary: boolean): void {
    this.#missed = 0;
    const type = isBinary ? null : typeOf(data.toString());
    if (type === "ping") this.#write(PONG);
    else if (type !== "pong") {
      this.refuse("invalid_message", 'Cannot read this: send {"type":"ping"} or {"type":"pong"}');
    }
  }
}

const ignore = () => {};

function typeOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return null;
  }
}
