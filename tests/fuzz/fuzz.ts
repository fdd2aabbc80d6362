/** Attacks a running service, and checks after each attack that it is well. */
import fc from "fast-check";
import { GOOD_BODY, Provider } from "./provider.ts";
import { ServiceProcess } from "./service_process.ts";
import { type Target, TARGETS } from "./targets.ts";
import type { Reading } from "./watched_service.ts";

/** Resident memory that the service may take above what it had before the attacks: the runtime frees large buffers late. */
const MAX_GROWTH_BYTES = 512 << 20;

const CLOSED_MEANWHILE = /closed the connection without a response/;

/** Time for attempts to end after their caller has left. */
const MAX_END_MS = 5000;

export class Fuzz implements AsyncDisposable {
  readonly #provider: Provider;
  #service: ServiceProcess;
  #base_bytes = 0;
  /** The longest stall of the event loop, and the largest growth of memory, since the start. */
  longest_stall_ms = 0;
  peak_growth_bytes = 0;

  private constructor(provider: Provider, service: ServiceProcess) {
    this.#provider = provider;
    this.#service = service;
  }

  static async start(): Promise<Fuzz> {
    const provider = await Provider.start();
    const fuzz = new Fuzz(provider, await ServiceProcess.start(provider.url));
    await fuzz.#warmUp();
    return fuzz;
  }

  /**
   * Attacks one target.
   *
   * @param max_stall_ms the event loop may not stall for longer; `Infinity` where time is not judged.
   * @throws {Error} with the attack, shrunk, that broke a property.
   */
  async attack(name: string, options: { seed: number; runs: number; max_stall_ms: number }): Promise<void> {
    const { attacks, send } = TARGETS[name];
    const property = fc.asyncProperty(attacks, async (pieces) => {
      try {
        await this.#attackOnce(send, pieces);
        await this.#check(options.max_stall_ms);
      } catch (error) {
        // Shrinking goes on with a fresh service.
        await this.#restart();
        throw error;
      }
    });
    await fc.assert(property, { seed: options.seed, numRuns: options.runs, endOnFailure: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#service[Symbol.asyncDispose]();
    await this.#provider[Symbol.asyncDispose]();
  }

  async #attackOnce(send: Target["send"], pieces: Parameters<Target["send"]>[1]): Promise<void> {
    await send({ port: this.#service.port, provider: this.#provider }, pieces);
  }

  /** The service answers a good call as it should, nothing is left over, and no guard had to catch anything. */
  async #check(max_stall_ms: number): Promise<void> {
    await this.#goodCall();
    const { defects, stall_ms, peak_bytes, in_flight } = await this.#settled();
    this.longest_stall_ms = Math.max(this.longest_stall_ms, stall_ms);
    this.peak_growth_bytes = Math.max(this.peak_growth_bytes, peak_bytes - this.#base_bytes);
    if (defects.length > 0) throw new Error(`Defects were caught: ${defects.join("; ")}`);
    if (in_flight > 0) throw new Error(`${in_flight} attempts have not ended`);
    if (stall_ms > max_stall_ms) throw new Error(`The event loop stalled for ${Math.round(stall_ms)} ms`);
    if (peak_bytes - this.#base_bytes > MAX_GROWTH_BYTES) throw new Error(`Memory grew to ${peak_bytes >> 20} MiB`);
  }

  /**
   * An attack that is a whole answer leaves its connection to the next call, and the provider then closes it. A call that is
   * sent at that time gets an error, after which an SDK sends it again.
   */
  async #goodCall(): Promise<void> {
    const first = await this.#call();
    const { status, body } = CLOSED_MEANWHILE.test(first.body) ? await this.#call() : first;
    if (status !== 200 || body !== GOOD_BODY) throw new Error(`A good call got ${status} ${body}`);
  }

  async #call(): Promise<{ status: number; body: string }> {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const response = await fetch(`${this.#service.url}/w/good/v1/responses`, init);
    return { status: response.status, body: await response.text() };
  }

  /** A reading with which no attempt is in flight, if there is one in time. The largest of the others counts, too. */
  async #settled(): Promise<Reading> {
    const last = performance.now() + MAX_END_MS;
    let { stall_ms, peak_bytes, ...reading } = await this.#service.read();
    while (reading.in_flight > 0 && performance.now() < last) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const next = await this.#service.read();
      stall_ms = Math.max(stall_ms, next.stall_ms);
      peak_bytes = Math.max(peak_bytes, next.peak_bytes);
      reading = { ...next, defects: [...reading.defects, ...next.defects] };
    }
    return { ...reading, stall_ms, peak_bytes };
  }

  async #restart(): Promise<void> {
    await this.#service[Symbol.asyncDispose]();
    this.#service = await ServiceProcess.start(this.#provider.url);
    await this.#warmUp();
  }

  /** Modules load and code is compiled with the first calls. */
  async #warmUp(): Promise<void> {
    for (let calls = 0; calls < 20; calls++) await this.#goodCall();
    this.#base_bytes = (await this.#service.read()).resident_bytes;
  }
}
