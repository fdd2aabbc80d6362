/** The sending end of one open WebSocket: it drops states that a slow reader missed, and detects a reader that is gone. */
import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { type RawData, WebSocket } from "ws";
import { CONTRACT } from "../../shared/contract.ts";
import type { Identity } from "../access/gate.ts";
import { textFrame } from "./text_frame.ts";

/** A socket with more unread bytes than this is closed. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Heartbeats that a socket may leave unanswered. They are counted, not timed: if our own event loop was blocked for long,
 * only one heartbeat has passed.
 */
const MAX_MISSED = 2;

/** Messages of a client between two heartbeats. It answers each heartbeat with two, and asks now and then. */
const MAX_MESSAGES = 1000;

const PING = textFrame(JSON.stringify({ contract: CONTRACT, type: "ping" }));
const PONG = textFrame(JSON.stringify({ contract: CONTRACT, type: "pong" }));

/** A message of a client; `null` when it cannot be read. */
type ClientMessage = { type?: unknown; ticket?: unknown } | null;

export class Subscriber {
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  /** Of the latest state that was sent; its owner numbers them. */
  version = 0;
  /** The caller who opened it; `null` until they are admitted. */
  caller: Pick<Identity, "kind" | "key"> | null = null;
  /** Takes the first message, in place of the usual answer. */
  onFirstMessage: ((message: ClientMessage) => void) | null = null;
  #missed = 0;
  #messages = 0;
  #sending = false;
  /** The latest state, while the one before is being sent. */
  #next: Buffer | null = null;

  /**
   * @param connection of the socket: whole frames are written to it directly.
   * @param onFailure receives defects of the service, which close only this socket.
   */
  constructor(socket: WebSocket, connection: Duplex, onFailure: (error: unknown) => void) {
    this.#socket = socket;
    this.#connection = connection;
    socket.on("message", (data, isBinary) => {
      try {
        this.#message(data, isBinary);
      } catch (error) {
        onFailure(error);
        socket.close(1011, "internal_error");
      }
    });
    socket.on("pong", () => this.#missed = 0);
    // ws closes the socket with the right code after a bad frame, bad UTF-8 or a message that is too large.
    socket.on("error", () => {});
  }

  /** Sends a state, as a frame. While one is being sent, only the latest waits. */
  send(frame: Buffer): void {
    if (this.#sending) {
      this.#next = frame;
      return;
    }
    this.#sending = true;
    this.#write(frame, this.#sent);
  }

  /** Sends a ping as text, which a page can answer, and as a protocol frame, which browsers answer by themselves. */
  heartbeat(): void {
    this.#messages = 0;
    if (this.#missed >= MAX_MISSED) return this.terminate();
    this.#missed++;
    this.#write(PING);
    this.#socket.ping(undefined, false, ignore);
  }

  /** Sends an error message, then closes. */
  refuse(code: string, detail: string): void {
    this.#write(textFrame(JSON.stringify({ contract: CONTRACT, type: "error", code, detail })));
    this.#socket.close(1008, code);
  }

  /** Closes because the service stops. */
  goAway(): void {
    this.#socket.close(1001, "going away");
  }

  /** Closes the connection without a closing handshake. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Every frame passes here, so that a client that sends pings and reads nothing is closed as well. */
  #write(frame: Buffer, done = ignore): void {
    if (this.#connection.writableLength > MAX_UNREAD_BYTES) return this.terminate();
    // After its closing frame a socket may send no more.
    if (this.#socket.readyState === WebSocket.OPEN) this.#connection.write(frame, done);
  }

  /** A field, so that no closure is created for each state. */
  readonly #sent = (): void => {
    this.#sending = false;
    const next = this.#next;
    this.#next = null;
    if (next) this.send(next);
  };

  #message(data: RawData, isBinary: boolean): void {
    this.#missed = 0;
    if (++this.#messages > MAX_MESSAGES) return this.terminate();
    const message = isBinary ? null : parse(data.toString());
    const handleFirst = this.onFirstMessage;
    this.onFirstMessage = null;
    if (handleFirst) return handleFirst(message);
    const type = message?.type;
    if (type === "ping") this.#write(PONG);
    // A browser with a key sends a ticket also where none is needed.
    else if (type !== "pong" && type !== "auth") {
      this.refuse("invalid_message", 'Cannot read the message: send {"type":"ping"} or {"type":"pong"}');
    }
  }
}

const ignore = () => {};

function parse(text: string): ClientMessage {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
