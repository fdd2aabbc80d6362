/** Serves HTTPS with a certificate that is reloaded when its files change. */
import { createServer, type Server } from "node:https";
import type { ServerOptions } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../runtime/log.ts";
import {
  type Certificate,
  type CertificateFault,
  type CertificatePaths,
  certificateStamp,
  readCertificate,
} from "./certificate.ts";

/** How often the files are checked for a change. */
const POLL_MS = 1000;

/** The time that a client has for the TLS handshake. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

interface TlsDeps {
  paths: CertificatePaths;
  clock: Clock;
  log: Log;
}

/**
 * Reads the certificate.
 *
 * @returns the reason in words if it cannot be used.
 */
export async function openTls(deps: TlsDeps): Promise<Tls | CertificateFault> {
  const stamp = await certificateStamp(deps.paths);
  const certificate = await readCertificate(deps.paths, deps.clock.now());
  return "fault" in certificate ? certificate : new Tls(deps, certificate, stamp);
}

/** The certificate in force. A new one that cannot be used does not replace it. */
export class Tls {
  readonly #deps: TlsDeps;
  #certificate: Certificate;
  /** The stamp of the files that were read last. */
  #stamp: string;
  #server: Server | null = null;
  #refused: string | null = null;
  #expired = false;
  #refreshing = false;
  /** Connections that have not finished their handshake, by the caller's address and port. */
  readonly #handshakes = new Map<string, Socket>();

  constructor(deps: TlsDeps, certificate: Certificate, stamp: string) {
    this.#deps = deps;
    this.#certificate = certificate;
    this.#stamp = stamp;
  }

  /** Whether the files have a certificate that cannot be used, or the one in force has expired. */
  get failing(): boolean {
    return this.#refused !== null || this.#expired;
  }

  /** When the certificate in force expires, in epoch milliseconds. */
  get expires_at_ms(): number {
    return this.#certificate.expires_at_ms;
  }

  createServer(options: ServerOptions): Server {
    const { cert, key } = this.#certificate;
    const server = createServer({ ...options, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, cert, key });
    server.on("connection", (socket: Socket) => {
      const caller = callerOf(socket);
      this.#handshakes.set(caller, socket);
      socket.once("close", () => this.#handshakes.delete(caller));
    });
    server.on("secureConnection", (socket: Socket) => this.#handshakes.delete(callerOf(socket)));
    return this.#server = server;
  }

  /** Closes the connections that have not finished their handshake. */
  closeHandshakes(): void {
    for (const socket of this.#handshakes.values()) socket.destroy();
  }

  /** Checks the files for changes periodically. Returns a function that stops it. */
  watch(): () => void {
    return this.#deps.clock.every(POLL_MS, () => void this.refresh());
  }

  /** Checks the files once. Open connections keep the certificate with which they began. */
  async refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    const { paths, clock } = this.#deps;
    const stamp = await certificateStamp(paths);
    // Files that were refused are read again: a writer may have been between the two, or within one.
    if (stamp !== this.#stamp || this.#refused !== null) {
      const found = await readCertificate(paths, clock.now());
      if ("fault" in found) this.#refuse(found.fault);
      else this.#apply(found);
      this.#stamp = stamp;
    }
    this.#checkExpiry();
    this.#refreshing = false;
  }

  #apply(certificate: Certificate): void {
    const { log, paths } = this.#deps;
    this.#certificate = certificate;
    this.#refused = null;
    this.#server?.setSecureContext({ cert: certificate.cert, key: certificate.key });
    log("certificate_loaded", { file: paths.cert, expires: new Date(certificate.expires_at_ms).toISOString() });
  }

  #refuse(fault: string): void {
    if (fault === this.#refused) return;
    this.#refused = fault;
    this.#deps.log("certificate_refused", { fault, effect: "the certificate before stays in force" });
  }

  #checkExpiry(): void {
    const { clock, log, paths } = this.#deps;
    const expired = clock.now() >= this.#certificate.expires_at_ms;
    if (expired && !this.#expired) log("certificate_expired", { file: paths.cert, fix: "replace the files" });
    this.#expired = expired;
  }
}

function callerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
