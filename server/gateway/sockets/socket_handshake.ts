/** Counts handshakes that come to nothing: like any request that fails, they say how the provider is. */
import type { IncomingMessage } from "node:http";
import { Attempt } from "../../attempts/attempt.ts";
import { neverSent } from "../../attempts/never_sent.ts";
import { notCounted } from "../../attempts/sockets/socket_permits.ts";
import { socketPlan, type TurnsOptions } from "../../attempts/sockets/socket_plan.ts";

/** As much of an error's body as is looked at. */
const MOST_BODY = 64 * 1024;

/** What opens well is not counted: its responses are, one by one. */
export class HandshakeCount {
  readonly #options: TurnsOptions;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** The upstream has answered, and not switched. */
  refused(answer: IncomingMessage): void {
    const attempt = this.#attempt();
    attempt.head(answer.statusCode!, (name) => answer.headers[name]?.toString());
    let text = "";
    answer.on("data", (part: Uint8Array) => text.length < MOST_BODY && (text += part));
    answer.on("end", () => attempt.body(text));
    answer.on("close", () => attempt.unread());
  }

  /** There is no line to it, or it broke. */
  failed(error: Error & { code?: string }): void {
    if (neverSent(error)) this.#attempt().unsent(error.code ?? error.message);
    else this.#attempt().broke("connection_lost");
  }

  /** It did not answer in time. */
  silent(): void {
    this.#attempt().broke("timeout");
  }

  /** Under way already, whatever the limits say. */
  #attempt(): Attempt {
    const none = { tokens: 0, input_tokens: 0, output_cap: null };
    const plan = socketPlan(this.#options, {}, { ...none, stream: false, begun: true });
    return new Attempt(plan, notCounted(this.#options.recorder.reserve(plan)), () => performance.now(), "GET");
  }
}
