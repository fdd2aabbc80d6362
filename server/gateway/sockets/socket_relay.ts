/** Relays one WebSocket: forwards the messages of both sides unchanged, and reads those by which responses begin and end. */
import type { Buffer } from "node:buffer";
import type { RawData, WebSocket } from "ws";
import type { Clock } from "../../core/clock.ts";
import { SerialQueue } from "../../attempts/sockets/serial_queue.ts";
import type { SocketEvent } from "../../attempts/sockets/socket_events.ts";
import type { TurnsOptions } from "../../attempts/sockets/socket_plan.ts";
import { SocketTurns } from "../../attempts/sockets/socket_turns.ts";
import { CallerQueue } from "./caller_queue.ts";
import { parseProviderEvent } from "./socket_message.ts";
import { SocketPipe } from "./socket_pipe.ts";

/** Codes for a connection without a close frame, and for a close frame without a code. Neither can be sent. */
const ABNORMAL = 1006, NO_CODE = 1005;

/** Codes that one side gets when the other has sent invalid frames, or when the gateway itself fails. */
const GOING_AWAY = 1001, BAD_GATEWAY = 1014, INTERNAL_ERROR = 1011;

/** Code for a caller whose key has ended. */
const POLICY_VIOLATION = 1008;

/** Time that a side has to answer a close frame. */
const CLOSE_TIMEOUT_MS = 1000;

/** The two sides, both open. */
interface Sides {
  caller: WebSocket;
  upstream: WebSocket;
}

interface SocketRelayOptions {
  turns: TurnsOptions;
  clock: Clock;
  /** Called once, when everything is settled and both sides are closed. */
  onClosed: () => void;
  /** Receives errors of the gateway itself. */
  onError: (error: unknown) => void;
}

export class SocketRelay {
  readonly #sides: Sides;
  readonly #options: SocketRelayOptions;
  readonly #turns: SocketTurns;
  readonly #fromCaller: CallerQueue;
  /** Messages of the upstream that were sent on and are to be read. */
  readonly #readings = new SerialQueue();
  readonly #toUpstream: SocketPipe;
  readonly #toCaller: SocketPipe;
  #ended = false;
  #retired = false;
  #openSides = 2;
  #cancelCloseTimeout = () => {};

  constructor(sides: Sides, options: SocketRelayOptions) {
    const { caller, upstream } = sides;
    this.#sides = sides;
    this.#options = options;
    this.#toUpstream = new SocketPipe(caller, upstream, options.clock, () => this.cut());
    this.#toCaller = new SocketPipe(upstream, caller, options.clock, () => this.cut());
    this.#turns = new SocketTurns(options.turns, {
      toProvider: (event) => this.#toUpstream.send(JSON.stringify(event)),
      toCaller: (event) => this.#toCaller.send(JSON.stringify(event)),
    });
    this.#fromCaller = new CallerQueue(this.#turns, this.#toUpstream);
    this.#listen(caller, (data, binary) => this.#fromCaller.push(data, binary), upstream, GOING_AWAY);
    this.#listen(upstream, (data, binary) => this.#fromUpstream(data, binary), caller, BAD_GATEWAY);
  }

  /** Closes as soon as no response is in progress: the service is stopping. */
  retire(): void {
    this.#retired = true;
    this.#readings.run(() => this.#closeIfRetired());
  }

  /** Closes because the caller has no access any more. */
  revoke(): void {
    this.#close(POLICY_VIOLATION, "key_invalid");
  }

  /** Disconnects both sides immediately. */
  cut(): void {
    this.#end(true);
    this.#sides.caller.terminate();
    this.#sides.upstream.terminate();
  }

  /** @param fault the code that the other side gets when this one sends invalid frames. */
  #listen(side: WebSocket, receive: (data: Buffer, binary: boolean) => void, other: WebSocket, fault: number): void {
    const isCaller = side === this.#sides.caller;
    let isInvalid = false;
    side.on("message", (data: RawData, binary: boolean) =>
      this.#guard(() => {
        if (!this.#ended) receive(data as Buffer, binary);
      }));
    // ws closes this side with the right code.
    side.on("error", ({ code }: Error & { code?: string }) =>
      this.#guard(() => {
        isInvalid = code?.startsWith("WS_ERR_") ?? false;
        if (!isInvalid) return;
        this.#end(isCaller);
        other.close(fault);
      }));
    const closed = (code: number, reason: Buffer) => {
      this.#guard(() => this.#end(isCaller));
      this.#sideClosed();
      if (isInvalid) return;
      if (code === ABNORMAL) other.terminate();
      else if (code === NO_CODE) other.close();
      else other.close(code, reason);
    };
    // A large message that came before the end may have the usage.
    side.on("close", (code: number, reason: Buffer) => this.#readings.run(() => closed(code, reason)));
  }

  /** Last resort for a defect of the service: only this socket closes. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#options.onError(error);
      this.#ended = true;
      this.#startClosing(INTERNAL_ERROR);
    }
  }

  #fromUpstream(data: Buffer, binary: boolean): void {
    const event = parseProviderEvent(data);
    if (this.#options.turns.recorder.answersWait) return this.#readThenSend(event, data, binary);
    this.#toCaller.send(data, binary);
    if (event instanceof Promise) this.#readLater(event);
    else if (event || this.#readings.idle) this.#readings.run(() => this.#received(event));
    else this.#received(null);
  }

  /** Reads no further message until a large one is read. */
  #readLater(event: Promise<SocketEvent | null>): void {
    this.#toCaller.hold(true);
    this.#readings.run(() => event.then((event) => this.#guard(() => this.#received(event))));
    void this.#readings.idle?.then(() => this.#toCaller.hold(false));
  }

  /** The event that ends a turn waits for its row, and the messages after it wait for the event. */
  #readThenSend(event: ReturnType<typeof parseProviderEvent>, data: Buffer, binary: boolean): void {
    const send = () =>
      this.#guard(() => {
        this.#toCaller.send(data, binary);
        this.#closeIfRetired();
      });
    const read = (event: SocketEvent | null) => {
      let recorded: Promise<void> | undefined;
      this.#guard(() => recorded = event && !this.#ended ? this.#turns.received(event) : undefined);
      return recorded ? recorded.then(send) : send();
    };
    this.#readings.run(() => event instanceof Promise ? event.then(read) : read(event));
    if (!this.#readings.idle) return;
    this.#toCaller.hold(true);
    void this.#readings.idle.then(() => this.#toCaller.hold(this.#readings.idle !== null));
  }

  #received(event: SocketEvent | null): void {
    if (this.#ended) return;
    if (event) void this.#turns.received(event);
    this.#closeIfRetired();
  }

  #closeIfRetired(): void {
    if (this.#retired && !this.#ended && this.#turns.size === 0) this.#close(GOING_AWAY);
  }

  #close(...why: [code: number, reason?: string]): void {
    this.#end(true);
    this.#startClosing(...why);
  }

  #startClosing(...why: [code: number, reason?: string]): void {
    const { caller, upstream } = this.#sides;
    caller.close(...why);
    upstream.close();
    this.#cancelCloseTimeout();
    this.#cancelCloseTimeout = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => {
      caller.terminate();
      upstream.terminate();
    });
  }

  #sideClosed(): void {
    if (--this.#openSides > 0) return;
    this.#cancelCloseTimeout();
    this.#options.onClosed();
  }

  /** @param byCaller the caller, or the service for them, ends it; otherwise the connection was lost. */
  #end(byCaller: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#turns.close(byCaller);
    this.#toUpstream.release();
    this.#toCaller.release();
  }
}
