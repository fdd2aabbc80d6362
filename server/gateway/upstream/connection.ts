/** One connection to the upstream: one exchange at a time, each sent once. */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { Dial, DialError } from "./dial.ts";
import { MalformedResponse, MAX_SECTION_BYTES } from "./fields.ts";
import { RequestWriter } from "./request_writer.ts";
import { MEASURED_BYTES, turnBudget } from "./turn_budget.ts";
import { type ResponseBody, responseBody } from "./response_body.ts";
import { ResponseHeadReader } from "./response_head.ts";
import type { ResponseHandler } from "./response_handler.ts";

/** Keeps the connections of an upstream. */
export interface ConnectionOwner {
  idle(connection: Connection): void;
  closed(connection: Connection): void;
}

/** After this status the connection would speak another protocol, which no request here asks for. */
const SWITCHING_PROTOCOLS = 101;

export class Connection {
  /** When it was last known to be idle; kept by its owner. */
  idle_since_ms = 0;
  readonly #owner: ConnectionOwner;
  readonly #cancelDial: () => void;
  #socket: Socket | null = null;
  /** A request that waits for the connection to open. */
  #unsent: { head: string; body: readonly Buffer[] } | null = null;
  #handler: ResponseHandler | null = null;
  #method = "";
  #head: ResponseHeadReader | null = null;
  #body: ResponseBody | null = null;
  #code = "CLOSED";
  readonly #request = new RequestWriter();
  /** The handler's own reader is slow. */
  #isPaused = false;
  /** The socket waits for a later turn of the event loop. */
  #isWaiting = false;
  readonly #onData = (data: Buffer) => this.#handler?.data(data);

  constructor(dial: Dial, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#cancelDial = dial((socket) => this.#opened(socket), (error) => this.#notOpened(error));
  }

  /** Sends a request. The exchange before it has ended. */
  send(method: string, head: string, body: readonly Buffer[], handler: ResponseHandler): void {
    this.#handler = handler;
    this.#method = method;
    if (this.#socket) this.#request.write(this.#socket, head, body);
    else this.#unsent = { head, body };
  }

  /** Stops reading until {@link resume}: the handler's own reader is slow. */
  pause(handler: ResponseHandler): void {
    if (handler !== this.#handler) return;
    this.#isPaused = true;
    this.#socket?.pause();
  }

  resume(handler: ResponseHandler): void {
    if (handler !== this.#handler) return;
    this.#isPaused = false;
    if (!this.#isWaiting) this.#socket?.resume();
  }

  /** Gives up an exchange. Nothing of it can be taken back, so the connection is closed. */
  abort(handler: ResponseHandler): void {
    if (handler !== this.#handler) return;
    this.#handler = null;
    this.close();
  }

  close(): void {
    if (this.#socket) return void this.#socket.destroy();
    this.#cancelDial();
    this.#owner.closed(this);
  }

  #opened(socket: Socket): void {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on("data", (bytes: Buffer) => this.#received(bytes));
    socket.on("end", () => this.#ended());
    socket.on("error", (error: Error & { code?: string }) => this.#code = error.code ?? error.message);
    socket.on("close", () => {
      this.#owner.closed(this);
      this.#fail(this.#code);
    });
    if (this.#unsent) this.#request.write(socket, this.#unsent.head, this.#unsent.body);
    this.#unsent = null;
  }

  #notOpened({ code, message }: DialError): void {
    this.#owner.closed(this);
    const handler = this.#handler;
    this.#handler = null;
    handler?.failed({ code, message, unsent: true });
  }

  #received(bytes: Buffer): void {
    // These bytes answer no request: they could be mistaken for the next response.
    if (!this.#handler) return this.close();
    if (bytes.length < MEASURED_BYTES) return this.#readGuarded(bytes);
    const isSpent = turnBudget.run(() => this.#readGuarded(bytes));
    if (isSpent && this.#handler) this.#waitForTurn();
  }

  /** Last resort: an exception here would end the process. Only this exchange fails. */
  #readGuarded(bytes: Buffer): void {
    try {
      this.#read(bytes);
    } catch (error) {
      if (error instanceof MalformedResponse) this.#fail("MALFORMED", error.message);
      else this.#fail("INTERNAL", String(error));
    }
  }

  #waitForTurn(): void {
    this.#isWaiting = true;
    this.#socket!.pause();
    turnBudget.wait(() => {
      this.#isWaiting = false;
      if (!this.#isPaused) this.#socket!.resume();
    });
  }

  #read(bytes: Buffer): void {
    let at = 0;
    const isFirst = !this.#body;
    if (!this.#body) {
      at = this.#readHead(bytes);
      // The head's end has not arrived, or the handler has aborted on seeing the head.
      if (!this.#body || !this.#handler) return;
    }
    at = this.#body.read(bytes, at, this.#onData);
    if (this.#body.ended && this.#handler) this.#finish(at === bytes.length);
    else if (isFirst) this.#handler?.incomplete?.();
  }

  /** Reads the final head and drops interim ones (1xx). Returns where the body begins. */
  #readHead(bytes: Buffer): number {
    // As text, in which a line's end is found much faster than in bytes. One character is one byte.
    const text = bytes.toString("latin1", 0, MAX_SECTION_BYTES);
    for (let at = 0; at < text.length;) {
      this.#head ??= new ResponseHeadReader(this.#method);
      at = this.#head.read(text, at);
      if (at < 0) break;
      const head = this.#head;
      if (head.status === SWITCHING_PROTOCOLS) throw new MalformedResponse("The response switches protocols");
      if (head.status < 200) {
        if (!head.reusable) throw new MalformedResponse("The connection ends with an interim response");
        this.#head = null;
        continue;
      }
      this.#body = responseBody(head.framing);
      this.#handler!.head(head);
      return at;
    }
    return bytes.length;
  }

  /** @param clean nothing was received after the response. */
  #finish(clean: boolean): void {
    const handler = this.#handler!;
    const socket = this.#socket!;
    const reusable = clean && this.#head!.reusable && !this.#request.isWriting && socket.writableLength === 0;
    this.#handler = this.#head = this.#body = null;
    this.#isPaused = false;
    if (reusable) {
      if (socket.isPaused()) socket.resume();
      this.#owner.idle(this);
    } else this.close();
    handler.end();
  }

  #fail(code: string, message = code): void {
    const handler = this.#handler;
    this.#handler = null;
    this.#socket?.destroy();
    handler?.failed({ code, message, unsent: false });
  }

  /** The upstream sends no more: that is the end of a body that nothing else frames. */
  #ended(): void {
    if (this.#handler && this.#body && this.#head?.framing === "until_close") this.#finish(false);
    else this.close();
  }
}
