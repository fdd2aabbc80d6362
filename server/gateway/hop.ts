/** Finds calls that the service has sent to itself, by the `Via` header (RFC 9110, section 7.6.3). */

const NAME = /^1\.1 quota-gauge-[\da-f]{8}$/;

/** What a caller reads whose call came back. */
export const LOOP_MESSAGE =
  "Cannot forward the call: it came back to this service, because its upstream leads to itself. Set QUOTA_UPSTREAM_URL " +
  "to the provider's address";

/** One service on the way to the provider. */
export class Hop {
  readonly #name: string;

  /** @param service_id eight hexadecimal digits, which no other service has. */
  constructor(service_id: string) {
    this.#name = `1.1 quota-gauge-${service_id}`;
  }

  /**
   * The `Via` header for the upstream: the Quota Gauge services that the call has passed, and this one. Other proxies are
   * left out: their names belong to the team.
   *
   * @param via of the request.
   * @returns `null` if the call has passed this service before.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { Hop } from "./hop.ts";
   *
   * const [first, second] = [new Hop("0a1b2c3d"), new Hop("4e5f6a7b")];
   * const via = second.next(first.next("1.1 proxy")!)!;
   * assert.equal(via, "1.1 quota-gauge-0a1b2c3d, 1.1 quota-gauge-4e5f6a7b");
   * assert.equal(first.next(via), null);
   * ```
   */
  next(via: string | undefined): string | null {
    if (via === undefined) return this.#name;
    const services = via.split(",").map((entry) => entry.trim()).filter((entry) => NAME.test(entry));
    return services.includes(this.#name) ? null : [...services, this.#name].join(", ");
  }
}
