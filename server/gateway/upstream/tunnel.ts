/**
 * Tunnels through an HTTP proxy (CONNECT, RFC 9110 §9.3.6), for `https:` and `http:` upstreams alike.
 *
 * An `http:` upstream could also be asked for in absolute form. But then the proxy answers in the upstream's place, and
 * its own 403 or 502 would be counted as the provider's; and the proxy may send a request again by itself.
 */
import { Buffer } from "node:buffer";
import { connect, isIPv6, type Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import { type Address, type Dial, DialError } from "./dial.ts";
import { MalformedResponse, MAX_SECTION_BYTES } from "./fields.ts";
import { ResponseHeadReader } from "./response_head.ts";

/** Time for the proxy to accept the connection and to open the tunnel. */
export const TUNNEL_MS = 10_000;

/** A proxy, as its URL says. */
interface Proxy {
  address: Address;
  /** The value of `proxy-authorization`; `null` without credentials. */
  authorization: string | null;
  /** For messages: the URL without credentials. */
  name: string;
}

/** @param url as `http://user:password@host:port`. */
export function parseProxy(url: string): Proxy {
  const { hostname, port, username, password } = new URL(url);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    address: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) },
    authorization: username || password ? `Basic ${Buffer.from(credentials).toString("base64")}` : null,
    name: `http://${hostname}:${port || 80}`,
  };
}

/** @param target the upstream; the proxy resolves its name. */
export function openTunnel(proxy: Proxy, target: Address, clock: Clock): Dial {
  const request = connectRequest(target, proxy.authorization);
  return (onOpen, onError) => {
    const tunnel = new Tunnel(proxy, request, clock, { onOpen, onError });
    return () => tunnel.cancel();
  };
}

interface Handlers {
  onOpen: (socket: Socket) => void;
  onError: (error: DialError) => void;
}

class Tunnel {
  readonly #proxy: Proxy;
  readonly #handlers: Handlers;
  readonly #socket: Socket;
  readonly #cancelTimeout: () => void;
  readonly #onData = (bytes: Buffer) => this.#received(bytes);
  readonly #onClose = () => this.#closed();
  #head = new ResponseHeadReader("CONNECT");
  #connected = false;
  #code = "";

  constructor(proxy: Proxy, request: string, clock: Clock, handlers: Handlers) {
    this.#proxy = proxy;
    this.#handlers = handlers;
    this.#cancelTimeout = clock.after(TUNNEL_MS, () => {
      this.#fail("PROXY_TIMEOUT", `opened no tunnel within ${TUNNEL_MS / 1000} s`);
    });
    this.#socket = connect(proxy.address);
    this.#socket.once("connect", () => {
      this.#connected = true;
      this.#socket.write(request, "latin1");
    });
    this.#socket.on("error", (error: Error & { code?: string }) => this.#code = error.code ?? error.message);
    this.#socket.on("data", this.#onData).on("close", this.#onClose);
  }

  cancel(): void {
    this.#release();
    this.#socket.destroy();
  }

  #received(bytes: Buffer): void {
    try {
      this.#read(bytes.toString("latin1", 0, MAX_SECTION_BYTES));
    } catch (error) {
      // Last resort for any other error, too: here it would end the process.
      const why = error instanceof MalformedResponse ? "does not answer CONNECT in HTTP/1.1" : `failed: ${error}`;
      this.#fail("PROXY_MALFORMED", why);
    }
  }

  #read(text: string): void {
    let at = this.#head.read(text, 0);
    while (at >= 0 && this.#head.status < 200) {
      this.#head = new ResponseHeadReader("CONNECT");
      at = this.#head.read(text, at);
    }
    if (at < 0) return;
    const { status, reason } = this.#head;
    if (status >= 300) return this.#fail("PROXY_REFUSED", `refused the tunnel with ${status} ${reason}`.trimEnd());
    if (at < text.length) throw new MalformedResponse("Data precedes the request that it would answer");
    this.#release();
    this.#handlers.onOpen(this.#socket);
  }

  #closed(): void {
    if (this.#connected) this.#fail("PROXY_CLOSED", "closed the connection before it opened a tunnel");
    else this.#fail("PROXY_UNREACHABLE", `cannot be reached: ${this.#code}`);
  }

  #fail(code: string, what: string): void {
    this.cancel();
    this.#handlers.onError(new DialError(code, `the proxy ${this.#proxy.name} ${what}`));
  }

  #release(): void {
    this.#cancelTimeout();
    this.#socket.off("data", this.#onData).off("close", this.#onClose);
  }
}

function connectRequest({ host, port }: Address, authorization: string | null): string {
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const credentials = authorization === null ? "" : `proxy-authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credentials}\r\n`;
}
