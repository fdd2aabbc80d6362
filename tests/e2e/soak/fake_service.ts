/** A Quota Gauge service in the page: sockets and requests of the background end here. */
import { AT, FIXTURES } from "../../gallery/fixtures.ts";
import type { ManualClock } from "../../support/clock.ts";

const INSTANT = /"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g;

export class FakeService {
  /** The state of the gallery whose status is sent. */
  state = "live_normal";
  /** Opening and open ones. */
  readonly #sockets = new Set<FakeSocket>();
  #online = true;
  #updates = 0;

  constructor(readonly clock: ManualClock) {}

  get online(): boolean {
    return this.#online;
  }

  /** Going offline ends every connection. */
  set online(online: boolean) {
    this.#online = online;
    if (!online) { for (const socket of this.#sockets) socket.end(); }
  }

  /** The program that opened the sockets has died: none of them has another event. */
  forgetSockets(): void {
    for (const socket of this.#sockets) socket.close();
  }

  /**
   * The status of now, as JSON: each instant of the gallery's status is moved by the time that has passed, and the
   * tokens that are used differ from update to update.
   */
  status(): string {
    const status = FIXTURES[this.state].status!;
    const passed = this.clock.now() - AT;
    const tokens = status.stats.tokens_per_minute;
    const tokens_per_minute = tokens && { ...tokens, current: tokens.current - this.#updates % 1_000 };
    const stats = { ...status.stats, tokens_per_minute };
    const body = JSON.stringify({ ...status, stats, seq: this.#updates });
    return body.replace(INSTANT, (_, instant) => `"${new Date(Date.parse(instant) + passed).toISOString()}"`);
  }

  /** Sends the status to every socket. */
  update(): void {
    this.#updates++;
    for (const socket of this.#sockets) if (socket.readyState === FakeSocket.OPEN) this.#send(socket);
  }

  #send(socket: FakeSocket): void {
    const timestamp = new Date(this.clock.now()).toISOString();
    socket.receive(`{"type":"quota_update","timestamp":"${timestamp}","data":${this.status()}}`);
  }

  readonly fetch = (): Promise<Response> =>
    this.#online
      ? Promise.resolve(new Response(this.status(), { headers: { "content-type": "application/json" } }))
      : Promise.reject(new TypeError("Failed to fetch"));

  /** A socket is made: it opens, or ends where the service is offline. */
  accept(socket: FakeSocket): void {
    this.#sockets.add(socket);
    this.clock.after(10, () => {
      if (!this.#sockets.has(socket)) return;
      if (!this.#online) return socket.end();
      socket.open();
      this.#send(socket);
    });
  }

  remove(socket: FakeSocket): void {
    this.#sockets.delete(socket);
  }

  /** The class that the background makes its sockets of. */
  socketClass(): unknown {
    return Object.assign(FakeSocket.bind(null, this), { OPEN: FakeSocket.OPEN });
  }
}

/** A WebSocket without a network. */
export class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  readyState = 0;

  constructor(readonly service: FakeService) {
    super();
    service.accept(this);
  }

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  receive(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  send(text: string): void {
    if (text.includes('"ping"')) queueMicrotask(() => this.receive('{"type":"pong"}'));
  }

  end(): void {
    this.close();
    this.dispatchEvent(new Event("close"));
  }

  close(): void {
    this.readyState = 3;
    this.service.remove(this);
  }
}
