/** Carries one exchange: the upstream's bytes go to the caller as they come, a copy of each reference to the attempt. */
import type { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { type Attempt, NO_RETRY } from "../../attempts/attempt.ts";
import { HiddenUsage } from "../../attempts/answer/hidden_usage.ts";
import { refuse } from "./answers.ts";
import { BodyCopy } from "./body_copy.ts";
import { readable } from "./decompressed.ts";
import { callerHeaders } from "../headers.ts";
import type { Listening, SilenceWatch } from "./silence.ts";
import { type AnswerHead, headerOf } from "../upstream/answer_head.ts";
import type { Failure, Hearer } from "../upstream/connection.ts";
import type { Exchange, Line, Upstream } from "../upstream/upstream.ts";

/** An upstream that says nothing for this long is given up: longer than its own longest pause. */
export const SILENCE_MS = 10 * 60_000;

/** Up to which a body is cheaper copied than written by itself. */
const SMALL_BYTES = 16 << 10;

/** One exchange, and what is to be done with its answer. */
export interface RelayOptions {
  exchange: Exchange;
  response: ServerResponse;
  attempt: Attempt;
  hides_usage: boolean;
  /** Gives up an upstream that falls silent. */
  watch: SilenceWatch;
}

/**
 * Sends once. A connection that was kept open may die as it is used again, before any answer; whether the upstream had read
 * the call then is not known, so it is not sent again from here (RFC 9110 §9.2.2): the caller hears of it, and his SDK
 * tries again, as an attempt of its own.
 *
 * @throws {Unsendable} for what cannot be sent.
 */
export function relay(upstream: Upstream, options: RelayOptions): void {
  if (options.response.destroyed) options.attempt.unsent(null);
  else new Relay(upstream, options);
}

/** How an answer passes: as a stream; as it comes; or held until all of it is there, because text is read whole. */
type Way = "stream" | "flow" | "hold";

/** One object an exchange, with no function of its own: it is made for every call. */
class Relay implements Hearer, Listening {
  sweep = 0;
  place = -1;
  readonly #line: Line;
  readonly #response: ServerResponse;
  readonly #attempt: Attempt;
  readonly #watch: SilenceWatch;
  readonly #hides_usage: boolean;
  #way: Way = "flow";
  /** Bytes that the attempt is to read. */
  #copy: BodyCopy | null = null;
  #hidden: HiddenUsage | null = null;
  #encoding: string | undefined;
  #head: AnswerHead | null = null;
  #waits = false;

  constructor(upstream: Upstream, { exchange, response, attempt, hides_usage, watch }: RelayOptions) {
    this.#response = response;
    this.#attempt = attempt;
    this.#hides_usage = hides_usage;
    this.#watch = watch;
    this.#line = upstream.send(exchange, this);
    watch.listen(this);
    response.on("close", () => this.#left());
  }

  head(head: AnswerHead): void {
    this.#watch.heard(this);
    this.#attempt.head(head.status, (name) => headerOf(head, name));
    this.#head = head;
    this.#encoding = headerOf(head, "content-encoding");
    const type = headerOf(head, "content-type") ?? "";
    if (type.includes("text/event-stream") && head.status < 400) return this.#beginStream(head);
    this.#way = /json|text/.test(type) ? "hold" : "flow";
    if (this.#way === "hold") this.#copy = new BodyCopy();
    else this.#begin(passed(head));
  }

  data(bytes: Buffer): void {
    this.#watch.heard(this);
    if (this.#way === "stream") return this.#passEvent(bytes);
    this.#copy?.add(bytes);
    if (this.#way === "flow") this.#pass(bytes);
    else if (this.#copy!.isLarge && this.#begin(passed(this.#head!))) {
      this.#way = "flow";
      for (const part of this.#copy!.parts) this.#pass(part);
    }
  }

  end(): void {
    this.#watch.end(this);
    if (this.#way === "hold") return this.#endHeld();
    if (this.#way === "stream") this.#endStream();
    else if (this.#copy) this.#attempt.largeBody(this.#copy.tail());
    else this.#attempt.body("");
    this.#response.end();
  }

  failed({ code, unsent }: Failure): void {
    this.#watch.end(this);
    if (unsent) this.#attempt.unsent(code);
    else this.#attempt.broke(code === "MALFORMED" ? "malformed_answer" : "connection_lost");
    if (unsent) this.#refuse(`Cannot reach the upstream: ${code}. Check OPENAI_BASE_URL`);
    else if (code === "MALFORMED") this.#refuse("The upstream's answer is no HTTP that can be passed on");
    else if (this.#head) this.#refuse("The upstream closed the connection in the middle of its answer");
    else this.#refuse(`The upstream closed the connection without an answer: ${code}`);
  }

  silent(): void {
    this.#line.leave(this);
    this.#attempt.broke("timeout");
    const span = `${this.#watch.silence_ms / 1000} s`;
    this.#refuse(`The upstream sent nothing for ${span}, so it was given up`, "upstream_timeout");
  }

  /** The caller's connection closed: before its end, he has left. */
  #left(): void {
    this.#watch.end(this);
    if (this.#response.writableFinished) return;
    this.#attempt.aborted();
    this.#line.leave(this);
  }

  #beginStream(head: AnswerHead): void {
    this.#way = "stream";
    // Compressed although we asked for none: it passes as it is, and cannot be read on the way.
    if (this.#hides_usage && this.#encoding === undefined) this.#hidden = new HiddenUsage();
    if (this.#begin(passed(head, this.#hidden !== null))) this.#response.flushHeaders();
  }

  #passEvent(bytes: Buffer): void {
    if (this.#encoding === undefined) this.#attempt.chunk(bytes);
    const passed = this.#hidden ? this.#hidden.push(bytes) : bytes;
    if (passed.length > 0) this.#pass(passed);
  }

  #endStream(): void {
    const rest = this.#hidden?.end();
    if (rest?.length) this.#response.write(rest);
    if (this.#encoding === undefined) this.#attempt.streamEnded();
    else this.#attempt.unreadable();
  }

  /** Text goes out in one piece with its head. */
  #endHeld(): void {
    const body = this.#copy!.whole();
    const headers = passed(this.#head!);
    this.#attempt.body(readable(body, this.#encoding));
    if (this.#attempt.isFinal && !this.#head!.names.includes(NO_RETRY)) headers.push(NO_RETRY, "false");
    if (!this.#begin(headers)) return;
    // A text goes to the network in one write with its head, bytes in two.
    if (body.length <= SMALL_BYTES) this.#response.end(body.toString("latin1"), "latin1");
    else this.#response.end(body);
  }

  /** Writes the answer's head; `false` for one that Node's server will not write: then all is over. */
  #begin(headers: string[]): boolean {
    try {
      this.#response.writeHead(this.#head!.status, this.#head!.reason, headers);
      return true;
    } catch {
      this.#line.leave(this);
      this.#attempt.broke("malformed_answer");
      this.#refuse("The upstream's answer has a head that cannot be passed on");
      return false;
    }
  }

  /** Writes to the caller at his pace. */
  #pass(bytes: Uint8Array): void {
    if (this.#response.write(bytes) || this.#waits) return;
    this.#waits = true;
    this.#line.pause(this);
    this.#response.once("drain", () => {
      this.#waits = false;
      this.#line.resume(this);
    });
  }

  /** In the middle of an answer the caller's line is cut as well, so that he does not take a part for the whole. */
  #refuse(message: string, code: "upstream_unreachable" | "upstream_timeout" = "upstream_unreachable"): void {
    if (this.#response.headersSent || this.#response.destroyed) return void this.#response.destroy();
    refuse(this.#response, code, message);
  }
}

function passed({ raw, names }: AnswerHead, shortened = false): string[] {
  return callerHeaders(raw, shortened, names);
}
