/** Opens sockets to the upstream: directly, or through a proxy's tunnel. */
import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { Clock } from "../../core/clock.ts";
import { type Address, type Dial, DialError } from "./dial.ts";
import { openTunnel, parseProxy } from "./tunnel.ts";

export interface DialOptions {
  clock: Clock;
  /** URL of the proxy. */
  proxy?: string | null;
  /** Certificates to trust besides the system's, PEM. */
  ca?: string;
}

/** Time for the upstream to accept a connection and to answer the TLS handshake. */
export const OPEN_MS = 7000;

/** @param url of the upstream, `http:` or `https:`. */
export function createDial(url: string, { clock, proxy, ca }: DialOptions): Dial {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === "https:";
  const address = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (secure ? 443 : 80)) };
  const secureOver = secureConnector(address.host, ca);
  if (proxy) return throughTunnel(openTunnel(parseProxy(proxy), address, clock), secure ? secureOver : null, clock);
  if (secure) return (...handlers) => waitForOpen(secureOver(address), "secureConnect", clock, ...handlers);
  return (...handlers) => waitForOpen(connect(address), "connect", clock, ...handlers);
}

type SecureConnector = (over: { socket: Socket } | Address) => Socket;

function secureConnector(host: string, ca: string | undefined): SecureConnector {
  const options = { servername: isIP(host) ? undefined : host, ca, ALPNProtocols: ["http/1.1"] };
  return (over) => connectSecurely({ ...over, ...options });
}

function throughTunnel(tunnel: Dial, secureOver: SecureConnector | null, clock: Clock): Dial {
  if (!secureOver) return tunnel;
  return (onOpen, onError) => {
    let cancel = tunnel((socket) => {
      cancel = waitForOpen(secureOver({ socket }), "secureConnect", clock, onOpen, onError);
    }, onError);
    return () => cancel();
  };
}

function waitForOpen(
  socket: Socket,
  event: "connect" | "secureConnect",
  clock: Clock,
  ...[onOpen, onError]: Parameters<Dial>
): () => void {
  let code = "CLOSED";
  let settled = false;
  const settle = () => {
    settled = true;
    cancelTimeout();
  };
  const cancelTimeout = clock.after(OPEN_MS, () => {
    settle();
    const error = timeoutOf(event, socket.connecting);
    socket.destroy();
    onError(error);
  });
  socket.once(event, () => {
    settle();
    onOpen(socket);
  });
  socket.on("error", (error: Error & { code?: string }) => code = error.code ?? error.message);
  socket.once("close", () => {
    if (!settled) onError(new DialError(code));
    settle();
  });
  return () => {
    settle();
    socket.destroy();
  };
}

function timeoutOf(event: "connect" | "secureConnect", isConnecting: boolean): DialError {
  const within = `within ${OPEN_MS / 1000} s`;
  return event === "connect" || isConnecting
    ? new DialError("CONNECT_TIMEOUT", `it accepted no connection ${within}`)
    : new DialError("TLS_TIMEOUT", `it accepted the connection, but did not complete the TLS handshake ${within}`);
}
