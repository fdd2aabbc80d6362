/** The service that a program reports to, and the key that it has for it. */

/** The path of the service's gateway, below its address. */
const GATEWAY_PATH = /^\/(w\/[^/?]+\/)?v1(\/|\?|$)/;

const KEY = /^qg_ingest_\w+$/;

export class ServiceAddress {
  /** Without trailing slash. */
  readonly url: string;
  readonly #plainUrl: string;
  /** `null` for a service without keys. */
  readonly key: string | null;

  /** @throws {TypeError} for a text that is not an ingest key. The error does not contain it: it may be another secret. */
  constructor(url: string, key: string | null) {
    if (key !== null && !KEY.test(key)) {
      throw new TypeError("Cannot use this quotaKey: it is not an ingest key, which begins with qg_ingest_");
    }
    this.url = url.replace(/\/+$/, "");
    this.#plainUrl = plain(this.url);
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
    const address = plain(url);
    return address.startsWith(this.#plainUrl) && GATEWAY_PATH.test(address.slice(this.#plainUrl.length));
  }
}

/** With http for ws, and one of the two common names of this machine. */
function plain(url: string): string {
  return url.replace(/^ws/i, "http").replace(/^(https?:\/\/)localhost(?=[:/]|$)/i, "$1127.0.0.1");
}

/** The ingest key in the environment, for a program that names none. Another kind there is for other programs. */
export function keyOfEnvironment(): string | null {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  const key = process?.env.QUOTA_KEY?.trim() ?? "";
  return KEY.test(key) ? key : null;
}
