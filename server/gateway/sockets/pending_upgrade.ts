/** A caller's upgrade while it waits for the upstream's handshake. */
import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Clock } from "../../core/clock.ts";
import type { TurnsOptions } from "../../attempts/sockets/socket_plan.ts";
import { cannotReach } from "../cannot_reach.ts";
import { isRedirect, MAX_REDIRECTS, redirectMessage, redirectTarget } from "../redirects.ts";
import { FailedHandshake } from "./failed_handshake.ts";
import { BAD_HEAD_MESSAGE, canForward, forwardResponse, handshakeHeaders, refuseUpgrade } from "./upgrade_responses.ts";

/** Time that the upstream has to complete the handshake. */
export const HANDSHAKE_TIMEOUT_MS = 30_000;

/** The caller's request, and the WebSocket that is being opened for it. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  upstream: WebSocket;
  /** Opens the WebSocket at another path of the upstream, with its query. */
  redial(target: string): WebSocket;
  turns: TurnsOptions;
  /** Whether the caller still has access. */
  isLive(): boolean;
}

/** Receives the events of a {@link PendingUpgrade}. */
export interface UpgradeHandler {
  /** The upstream's handshake is complete. `headers` are lines for the caller's. */
  opened(upgrade: Upgrade, headers: string[]): void;
  /** It is no longer pending: it is open, or it ended. Called once, before {@link opened}. */
  done(pending: PendingUpgrade): void;
  /** Receives errors of the gateway itself. */
  error(error: unknown): void;
  /** The upstream leads to an address that is not followed. */
  redirected(status: number, location: string): void;
}

export class PendingUpgrade {
  readonly #upgrade: Upgrade;
  readonly #handler: UpgradeHandler;
  readonly #failure: FailedHandshake;
  readonly #cancelTimeout: () => void;
  #headers: string[] = [];
  /** The upstream's refusal is being forwarded. */
  #isForwarding = false;
  #isDone = false;
  #redirects = 0;

  constructor(upgrade: Upgrade, handler: UpgradeHandler, clock: Clock) {
    const { socket } = upgrade;
    this.#upgrade = upgrade;
    this.#handler = handler;
    this.#failure = new FailedHandshake(upgrade.turns);
    this.#cancelTimeout = clock.after(HANDSHAKE_TIMEOUT_MS, () => this.#guard(() => this.#timedOut()));
    socket.on("close", this.#onCallerClose);
    this.#listen(upgrade.upstream);
  }

  /** Disconnects both sides. */
  cut(): void {
    this.#upgrade.socket.destroy();
    this.#upgrade.upstream.terminate();
  }

  #listen(upstream: WebSocket): void {
    // One that a redirect has replaced is closed, and tells so.
    const guard = (step: () => void) => upstream === this.#upgrade.upstream && this.#guard(step);
    upstream.on("upgrade", (response: IncomingMessage) => guard(() => this.#switched(response)));
    upstream.on("open", () => guard(() => this.#opened()));
    upstream.on("unexpected-response", (_: unknown, response: IncomingMessage) => guard(() => this.#refused(response)));
    upstream.on("error", (error: Error) => guard(() => this.#failed(error)));
  }

  readonly #onCallerClose = (): void => {
    this.#done();
    this.#upgrade.upstream.terminate();
  };

  #switched(response: IncomingMessage): void {
    this.#upgrade.turns.request_id = response.headers["x-request-id"]?.toString();
    if (canForward(response)) return void (this.#headers = handshakeHeaders(response));
    this.#refuse("upstream_unreachable", BAD_HEAD_MESSAGE);
    this.#failure.malformed();
  }

  #opened(): void {
    this.#done();
    this.#handler.opened(this.#upgrade, this.#headers);
  }

  #refused(response: IncomingMessage): void {
    const { location } = response.headers;
    if (isRedirect(response.statusCode!, location)) return this.#redirected(response.statusCode!, location!);
    this.#isForwarding = true;
    this.#failure.refused(response);
    if (canForward(response)) forwardResponse(this.#upgrade.socket, response);
    else this.#refuse("upstream_unreachable", BAD_HEAD_MESSAGE);
  }

  #redirected(status: number, location: string): void {
    const { upstream, redial } = this.#upgrade;
    const target = this.#redirects++ < MAX_REDIRECTS ? redirectTarget(status, location, httpUrl(upstream.url)) : null;
    if (target === null) {
      this.#handler.redirected(status, location);
      this.#refuse("upstream_redirected", redirectMessage(status));
    } else {
      this.#upgrade.upstream = redial(target);
      upstream.terminate();
      this.#listen(this.#upgrade.upstream);
    }
    this.#failure.redirected(status);
  }

  #failed(error: Error & { code?: string }): void {
    if (this.#isForwarding || this.#isDone) return;
    const { host } = new URL(this.#upgrade.upstream.url);
    this.#refuse("upstream_unreachable", cannotReach(host, error.code ?? error.message, error.message));
    this.#failure.failed(error);
  }

  #timedOut(): void {
    if (this.#isForwarding) return void this.#upgrade.socket.destroy();
    this.#refuse("upstream_timeout", `The upstream did not answer within ${HANDSHAKE_TIMEOUT_MS / 1000} s`);
    this.#failure.timedOut();
  }

  #refuse(code: "upstream_timeout" | "upstream_unreachable" | "upstream_redirected", message: string): void {
    this.#done();
    refuseUpgrade(this.#upgrade.request, this.#upgrade.socket, code, message);
    this.#upgrade.upstream.terminate();
  }

  #done(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelTimeout();
    this.#upgrade.socket.off("close", this.#onCallerClose);
    this.#handler.done(this);
  }

  /** Last resort for a defect of the service: only this upgrade ends. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#handler.error(error);
      this.#done();
      this.cut();
    }
  }
}

function httpUrl(url: string): string {
  return url.replace(/^ws/, "http");
}
