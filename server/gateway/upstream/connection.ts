/** One connection to the provider: one exchange at a time, each sent once. */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { type AnswerBody, answerBody, MalformedAnswer } from "./answer_body.ts";
import { type AnswerHead, answerHead } from "./answer_head.ts";

/** Why an exchange has no answer, or half of one. */
export interface Failure {
  /** The system's, such as `ECONNREFUSED`; or `MALFORMED`, or `CLOSED`. */
  code: string;
  /** No connection came to be, so nothing has left this machine. */
  unsent: boolean;
}

/** Told of one exchange: its head, its data, then one of its two ends. */
export interface Hearer {
  head(head: AnswerHead): void;
  data(bytes: Buffer): void;
  end(): void;
  failed(failure: Failure): void;
}

/** Told of a connection that is free again, and of one that is gone. */
export interface Owner {
  free(connection: Connection): void;
  gone(connection: Connection): void;
}

/** No head is longer; Node's own bound is a quarter of it. */
const MOST_HEAD_BYTES = 64 << 10;

/** A body up to this goes out in one piece with its head. */
const SMALL_BODY_BYTES = 16 << 10;

/** An answer that was not asked for: the connection would speak something else from then on. */
const SWITCHED = 101;

const HEAD_END = "\r\n\r\n";

export class Connection {
  readonly #socket: Socket;
  readonly #owner: Owner;
  #hearer: Hearer | null = null;
  #method = "";
  #head: AnswerHead | null = null;
  #body: AnswerBody | null = null;
  /** A head of which the end has not come. */
  #part: Buffer | null = null;
  #connected = false;
  #code = "CLOSED";
  readonly #give = (data: Buffer) => this.#hearer?.data(data);

  /**
   * @param socket connecting.
   * @param ready the event that tells that it is connected: `connect` or `secureConnect`.
   */
  constructor(socket: Socket, ready: string, owner: Owner) {
    this.#socket = socket;
    this.#owner = owner;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.once(ready, () => this.#connected = true);
    socket.on("data", (bytes: Buffer) => this.#hear(bytes));
    socket.on("end", () => this.#ended());
    socket.on("error", (error: Error & { code?: string }) => this.#code = error.code ?? error.message);
    socket.on("close", () => this.#closed());
  }

  /** Sends an exchange. The one before it is over. */
  send(method: string, head: string, body: Buffer, hearer: Hearer): void {
    this.#hearer = hearer;
    this.#method = method;
    if (body.length <= SMALL_BODY_BYTES) {
      this.#socket.write(body.length === 0 ? head : head + body.toString("latin1"), "latin1");
      return;
    }
    this.#socket.cork();
    this.#socket.write(head, "latin1");
    this.#socket.write(body);
    this.#socket.uncork();
  }

  /** Reads no further until {@link resume}: the hearer's own reader is slow. */
  pause(hearer: Hearer): void {
    if (hearer === this.#hearer) this.#socket.pause();
  }

  resume(hearer: Hearer): void {
    if (hearer === this.#hearer) this.#socket.resume();
  }

  /** The hearer wants no more: nothing of the exchange can be taken back, so the connection goes. */
  leave(hearer: Hearer): void {
    if (hearer !== this.#hearer) return;
    this.#hearer = null;
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #hear(bytes: Buffer): void {
    // Nobody has asked for anything.
    if (!this.#hearer) return void this.#socket.destroy();
    try {
      this.#read(bytes);
    } catch (error) {
      if (!(error instanceof MalformedAnswer)) throw error;
      this.#fail("MALFORMED");
    }
  }

  #read(bytes: Buffer): void {
    let at = 0;
    if (!this.#body) {
      if (this.#part) bytes = Buffer.concat([this.#part, bytes]);
      at = this.#readHead(bytes);
      // Its end has not come, or the hearer has left at the sight of it.
      if (!this.#body || !this.#hearer) return;
    }
    at = this.#body.take(bytes, at, this.#give);
    if (this.#body.ended && this.#hearer) this.#finish(at === bytes.length);
  }

  /** Reads up to the answer itself; what comes before it (1xx) says nothing. Tells where the body begins. */
  #readHead(bytes: Buffer): number {
    // As text at once, in which an end is found far faster than in bytes; one character is one byte.
    const text = bytes.toString("latin1", 0, MOST_HEAD_BYTES);
    let from = 0;
    for (let end = text.indexOf(HEAD_END); end >= 0; end = text.indexOf(HEAD_END, from)) {
      const head = answerHead(text.slice(from, end), this.#method);
      if (!head || head.status === SWITCHED) throw new MalformedAnswer("The answer has no head that can be read");
      from = end + HEAD_END.length;
      if (head.status < 200) continue;
      this.#part = null;
      this.#head = head;
      this.#body = answerBody(head.framing);
      this.#hearer!.head(head);
      return from;
    }
    this.#part = bytes.subarray(from);
    if (this.#part.length > MOST_HEAD_BYTES) throw new MalformedAnswer("The answer's head has no end");
    return bytes.length;
  }

  #finish(clean: boolean): void {
    const hearer = this.#hearer!;
    const stays = clean && this.#head!.stays && this.#socket.writableLength === 0;
    this.#hearer = this.#head = this.#body = null;
    if (!stays) this.#socket.destroy();
    else {
      if (this.#socket.isPaused()) this.#socket.resume();
      this.#owner.free(this);
    }
    hearer.end();
  }

  #fail(code: string): void {
    const hearer = this.#hearer;
    this.#hearer = null;
    this.#socket.destroy();
    hearer?.failed({ code, unsent: !this.#connected });
  }

  /** The other side sends no more: the end of a body that is framed by nothing else. */
  #ended(): void {
    if (this.#hearer && this.#head?.framing === "until_close") this.#finish(false);
  }

  #closed(): void {
    this.#owner.gone(this);
    this.#fail(this.#code);
  }
}
