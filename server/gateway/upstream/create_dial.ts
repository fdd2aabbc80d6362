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

/** @param url of the upstream, `http:` or `https:`. */
export function createDial(url: string, { clock, proxy, ca }: DialOptions): Dial {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === "https:";
  const address = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (secure ? 443 : 80)) };
  const secureOver = secureConnector(address.host, ca);
  if (proxy) return throughTunnel(openTunnel(parseProxy(proxy), address, clock), secure ? secureOver : null);
  if (secure) return (...handlers) => waitForOpen(secureOver(address), "secureConnect", ...handlers);
  return (...handlers) => waitForOpen(connect(address), "connect", ...handlers);
}

type SecureConnector = (over: { socket: Socket } | Address) => Socket;

function secureConnector(host: string, ca: string | undefined): SecureConnector {
  const options = { servername: isIP(host) ? undefined : host, ca, ALPNProtocols: ["http/1.1"] };
  return (over) => connectSecurely({ ...over, ...options });
}

function throughTunnel(tunnel: Dial, secureOver: SecureConnector | null): Dial {
  if (!secureOver) return tunnel;
  return (onOpen, onError) => {
    let cancel = tunnel((socket) => {
      cancel = waitForOpen(secureOver({ socket }), "secureConnect", onOpen, onError);
    }, onError);
    return () => cancel();
  };
}

function waitForOpen(socket: Socket, event: string, ...[onOpen, onError]: Parameters<Dial>): () => void {
  let code = "CLOSED";
  let settled = false;
  socket.once(event, () => {
    settled = true;
    onOpen(socket);
  });
  socket.on("error", (error: Error & { code?: string }) => code = error.code ?? error.message);
  socket.once("close", () => {
    if (!settled) onError(new DialError(code));
    settled = true;
  });
  return () => {
    settled = true;
    socket.destroy();
  };
}
