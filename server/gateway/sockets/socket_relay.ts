/** Carries one WebSocket: both sides' messages as they are, and a look at those by which responses begin and end. */
import type { Buffer } from "node:buffer";
import type { RawData, WebSocket } from "ws";
import type { Clock } from "../../core/clock.ts";
import { InOrder } from "../../attempts/sockets/in_order.ts";
import type { SocketEvent } from "../../attempts/sockets/socket_events.ts";
import type { TurnsOptions } from "../../attempts/sockets/socket_plan.ts";
import { SocketTurns } from "../../attempts/sockets/socket_turns.ts";
import { createIn, eventFrom } from "./socket_message.ts";
import { SocketPassage } from "./socket_passage.ts";

/** Codes that stand for a line without a goodbye, and for a goodbye without a code: neither can be sent. */
const ABNORMAL = 1006, NO_CODE = 1005;

/** Says of one side that it has sent what is no WebSocket: it went away, or is a bad upstream. */
const GOING_AWAY = 1001, BAD_GATEWAY = 1014, OUR_FAULT = 1011;

/** Kept of what a caller says while one of his creates waits for its place. */
const MOST_KEPT_BYTES = 1024 * 1024;

/** Time to answer a goodbye, in milliseconds. */
const GOODBYE_MS = 1000;

/** The two sides of it, both open. */
export interface Sides {
  caller: WebSocket;
  upstream: WebSocket;
}

export class SocketRelay {
  readonly #sides: Sides;
  readonly #clock: Clock;
  readonly #turns: SocketTurns;
  readonly #order = new InOrder();
  readonly #up: SocketPassage;
  readonly #down: SocketPassage;
  readonly #onGone: () => void;
  #ended = false;
  #retired = false;
  #kept = 0;
  #open = 2;
  #cancelGoodbye = () => {};

  /** @param onGone called once, when all is settled and both lines are closed. */
  constructor(sides: Sides, options: TurnsOptions, clock: Clock, onGone: () => void) {
    const { caller, upstream } = sides;
    this.#sides = sides;
    this.#clock = clock;
    this.#onGone = onGone;
    this.#up = new SocketPassage(caller, upstream, clock, () => this.cut());
    this.#down = new SocketPassage(upstream, caller, clock, () => this.cut());
    this.#turns = new SocketTurns(options, {
      send: (event) => this.#up.pass(JSON.stringify(event)),
      tell: (event) => this.#down.pass(JSON.stringify(event)),
    });
    this.#listen(caller, (data, binary) => this.#said(data, binary), upstream, GOING_AWAY);
    this.#listen(upstream, (data, binary) => this.#answered(data, binary), caller, BAD_GATEWAY);
  }

  /** Ends as soon as no response is under way any more: the service stops. */
  retire(): void {
    this.#retired = true;
    if (this.#turns.size === 0) this.#goodbye(GOING_AWAY);
  }

  /** Ends now. */
  cut(): void {
    this.#end(true);
    this.#sides.caller.terminate();
    this.#sides.upstream.terminate();
  }

  #listen(side: WebSocket, hear: (data: Buffer, binary: boolean) => void, other: WebSocket, fault: number): void {
    let broken = false;
    side.on("message", (data: RawData, binary: boolean) => {
      try {
        if (!this.#ended) hear(data as Buffer, binary);
      } catch {
        this.#goodbye(OUR_FAULT);
      }
    });
    // Bad frames, bad UTF-8, huge messages: ws closes this side with the right code.
    side.on("error", ({ code }: Error & { code?: string }) => {
      broken = code?.startsWith("WS_ERR_") ?? false;
      if (!broken) return;
      this.#end(side === this.#sides.caller);
      other.close(fault);
    });
    side.on("close", (code: number, reason: Buffer) => {
      this.#end(side === this.#sides.caller);
      this.#gone();
      if (broken) return;
      if (code === ABNORMAL) other.terminate();
      else if (code === NO_CODE) other.close();
      else other.close(code, reason);
    });
  }

  #said(data: Buffer, binary: boolean): void {
    const create = createIn(data);
    const pass = () => this.#up.pass(data, binary);
    this.#order.run(create ? () => this.#create(create, pass) : pass);
    if (this.#order.idle) this.#keep(this.#order.idle, data.length);
  }

  #create(event: SocketEvent, pass: () => void): void | Promise<void> {
    const turn = this.#turns.create(event);
    if (turn instanceof Promise) return turn.then((turn) => turn ? pass() : undefined);
    if (turn) pass();
  }

  /** What comes meanwhile is kept, up to a bound: past it he is not read, and so his leaving not noticed. */
  #keep(idle: Promise<void>, bytes: number): void {
    const { caller } = this.#sides;
    this.#kept += bytes;
    if (this.#kept > MOST_KEPT_BYTES) caller.pause();
    void idle.then(() => {
      if (this.#order.idle) return;
      this.#kept = 0;
      caller.resume();
    });
  }

  #answered(data: Buffer, binary: boolean): void {
    this.#down.pass(data, binary);
    const event = eventFrom(data);
    if (event) this.#turns.heard(event);
    if (this.#retired && this.#turns.size === 0) this.#goodbye(GOING_AWAY);
  }

  #goodbye(code: number): void {
    this.#end(true);
    const { caller, upstream } = this.#sides;
    caller.close(code);
    upstream.close();
    this.#cancelGoodbye();
    this.#cancelGoodbye = this.#clock.after(GOODBYE_MS, () => (caller.terminate(), upstream.terminate()));
  }

  #gone(): void {
    if (--this.#open > 0) return;
    this.#cancelGoodbye();
    this.#onGone();
  }

  #end(left: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#turns.end(left);
    this.#up.end();
    this.#down.end();
  }
}
