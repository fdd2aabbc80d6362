/** Counts a handshake with the upstream that fails. One that succeeds is not counted: each of its responses is. */
import type { IncomingMessage } from "node:http";
import { Attempt } from "../../attempts/attempt.ts";
import { isConnectFailure } from "../../attempts/connect_failure.ts";
import { permitOrUncounted } from "../../attempts/sockets/socket_permits.ts";
import { socketPlan, type TurnsOptions } from "../../attempts/sockets/socket_plan.ts";

/** An error's body is read up to this many characters. */
const MAX_BODY_LENGTH = 64 * 1024;

export class FailedHandshake {
  readonly #options: TurnsOptions;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** The upstream responded without switching protocols. */
  refused(response: IncomingMessage): void {
    const attempt = this.#attempt();
    attempt.head(response.statusCode!, (name) => response.headers[name]?.toString());
    let text = "";
    response.on("data", (part: Uint8Array) => text.length < MAX_BODY_LENGTH && (text += part));
    response.on("end", () => attempt.body(text));
    response.on("close", () => attempt.unread());
  }

  /** The upstream sends the request elsewhere. */
  redirected(status: number): void {
    const attempt = this.#attempt();
    attempt.head(status, () => null);
    attempt.redirected();
  }

  /** The upstream's response cannot be forwarded. */
  malformed(): void {
    this.#attempt().broke("malformed_answer");
  }

  /** The connection could not be opened, or it broke. */
  failed(error: Error & { code?: string }): void {
    if (isConnectFailure(error)) this.#attempt().unsent(error.code ?? error.message);
    else this.#attempt().broke("connection_lost");
  }

  timedOut(): void {
    this.#attempt().broke("timeout");
  }

  /** The request is sent already, so it is counted whatever the limits are. */
  #attempt(): Attempt {
    const noTokens = { tokens: 0, input_tokens: 0, output_cap: null };
    const plan = socketPlan(this.#options, {}, { ...noTokens, stream: false, begun: true });
    return new Attempt(plan, permitOrUncounted(this.#options.recorder.reserve(plan)), () => performance.now(), "GET");
  }
}
