/** The service that a program reports to, and the key that it has for it. */

/** The path of the service's gateway, below its address. */
const GATEWAY_PATH = /^\/(w\/[^/]+\/)?v1(\/|$)/;

/** Names by which a program reaches its own machine. */
const OWN_MACHINE = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])\.?$/;

const KEY = /^qg_ingest_\w+$/;

export class ServiceAddress {
  /** Without trailing slash. */
  readonly url: string;
  readonly #plain: PlainAddress | null;
  /** The last address that was compared: a program often calls one endpoint, and parsing takes a microsecond. */
  #last = { url: "", isGateway: false };
  readonly #tell: (sentence: string) => void;
  /** `null` for a service without keys. */
  readonly key: string | null;

  /**
   * @param tell receives a sentence about how calls are counted.
   * @throws {TypeError} for a text that is not an ingest key. The error does not contain it: it may be another secret.
   */
  constructor(url: string, key: string | null, tell: (sentence: string) => void = () => {}) {
    if (key !== null && !KEY.test(key)) {
      throw new TypeError("Cannot use this quotaKey: it is not an ingest key, which begins with qg_ingest_");
    }
    this.url = url.replace(/\/+$/, "");
    this.#plain = plain(this.url);
    this.#tell = tell;
    this.key = key;
  }

  /** Headers of requests to the service itself. */
  get headers(): Record<string, string> {
    return this.key === null ? {} : { authorization: `Bearer ${this.key}` };
  }

  /**
   * Whether an address is one of the service's gateway. Only there, and at the service itself, the key may be sent.
   *
   * @param url an http, https, ws or wss address.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ServiceAddress } from "./service_address.ts";
   *
   * const service = new ServiceAddress("https://tools.acme.dev/quota/", null);
   * assert(service.isGateway("https://tools.acme.dev/quota/v1/responses"));
   * assert(service.isGateway("wss://tools.acme.dev/quota/w/acme/v1/responses"));
   * assert(!service.isGateway("https://tools.acme.dev.evil.example/quota/v1/responses"));
   * assert(!service.isGateway("https://api.openai.com/v1/responses"));
   * ```
   */
  isGateway(url: string): boolean {
    if (url !== this.#last.url) this.#last = { url, isGateway: this.#hasGateway(plain(url)) };
    return this.#last.isGateway;
  }

  countedByGateway(): void {
    this.#tell(
      `Calls through the gateway at ${this.url} are counted by the gateway, and not a second time by the tracked client`,
    );
  }

  #hasGateway(address: PlainAddress | null): boolean {
    if (!address || !this.#plain || address.origin !== this.#plain.origin) return false;
    const { path } = this.#plain;
    return address.path.startsWith(path) && GATEWAY_PATH.test(address.path.slice(path.length));
  }
}

interface PlainAddress {
  origin: string;
  /** Without trailing slash. */
  path: string;
}

/** An address with http for ws, the default port and one name for this machine; `null` if it is none. */
function plain(text: string): PlainAddress | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) return null;
  const isSecure = /^(https|wss):$/.test(url.protocol);
  const host = OWN_MACHINE.test(url.hostname) ? "localhost" : url.hostname.replace(/\.$/, "");
  const origin = `http${isSecure ? "s" : ""}://${host}:${url.port || (isSecure ? 443 : 80)}`;
  return { origin, path: url.pathname.replace(/\/+$/, "") };
}

/** The ingest key in the environment, for a program that names none. Another kind there is for other programs. */
export function keyOfEnvironment(): string | null {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  const key = process?.env.QUOTA_KEY?.trim() ?? "";
  return KEY.test(key) ? key : null;
}
