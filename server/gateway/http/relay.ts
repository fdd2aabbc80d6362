/** Relays one exchange: forwards the upstream's response as it arrives, and shows the attempt a copy of it. */
import type { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import type { ProblemCode } from "../../../shared/problem.ts";
import { AnswerBody } from "../../attempts/answer/answer_body.ts";
import { isStreamed, kindOfType } from "../../attempts/answer/answer_kind.ts";
import { AnswerReader } from "../../attempts/answer/answer_reader.ts";
import { joined } from "../../attempts/answer/body_parts.ts";
import { CodedReader } from "../../attempts/coding/coded_reader.ts";
import { type Coding, codingsOf } from "../../attempts/coding/codings.ts";
import { Decoder } from "../../attempts/coding/decoder.ts";
import type { Attempt } from "../../attempts/attempt.ts";
import { isUsageRefusalStatus, mayRefuseUsage } from "../../attempts/request/usage_refusals.ts";
import { SHOULD_RETRY_HEADER } from "../../attempts/retry_advice.ts";
import { callerHeaders } from "../forwarded_headers.ts";
import { cannotReach } from "../cannot_reach.ts";
import { isRedirect, loggedLocation, redirectMessage } from "../redirects.ts";
import type { Failure, ResponseHandler } from "../upstream/response_handler.ts";
import { headerOf, type ResponseHead } from "../upstream/response_head.ts";
import type { Exchange, ExchangeControl, Upstream } from "../upstream/upstream.ts";
import { CALL_ID_HEADER, pushQuotaHeaders } from "./quota_headers.ts";
import { afterTurn } from "./after_turn.ts";
import type { IdleTimeout, Watched } from "./idle_timeout.ts";
import type { ExchangeTimeouts } from "./timeouts.ts";
import { requestIdOf, sendErrorOrDisconnect } from "./own_response.ts";
import { bufferOf } from "./request_body.ts";
import { sendWhole } from "./whole_response.ts";

/** An error up to this size is held until it is complete: its code decides about a header. */
const MAX_HELD_BYTES = 1 << 20;

/** Read of an error that may refuse the request for usage. */
const MAX_ERROR_BYTES = 64 << 10;

/** A body up to this size is sent in one write with the head, which costs less than a second write. */
const SMALL_BYTES = 16 << 10;

export interface RelayOptions {
  exchange: Exchange;
  response: ServerResponse;
  attempt: Attempt;
  /** Remove the usage chunk, which the gateway requested and the caller did not. */
  hides_usage: boolean;
  timeouts: ExchangeTimeouts;
  log: (event: string, fields: Record<string, unknown>) => void;
  /** Sends further attempts of the call. */
  resend: Resend;
}

/** Sends the call again after a response that the caller is not shown. */
export interface Resend {
  /**
   * The path to which a redirect leads, if it may be followed; {@link follow} is called next. `null` for another server, or
   * after too many redirects.
   */
  redirectTarget(status: number, location: string): string | null;
  follow(target: string): void;
  /** The present attempt is refused because it requests usage; {@link sendWithoutUsage} is called when it has ended. */
  leaveOutUsage(): void;
  sendWithoutUsage(): void;
}

/**
 * Sends a request once. A connection that was kept open may close before the response. It is not known then whether the
 * upstream received the request, so it is not sent again (RFC 9110 §9.2.2): the caller gets an error, and their SDK retries
 * with a new attempt.
 *
 * @throws {Unsendable} for a request that HTTP cannot carry.
 */
export function relay(upstream: Upstream, options: RelayOptions): void {
  if (options.response.destroyed) options.attempt.unsent(null);
  else new Relay(upstream, options);
}

/**
 * How the body is forwarded: an error is held until it is complete; another body begins with what arrives together with the
 * head, in one write, and then passes as it arrives.
 */
type Mode = "begin" | "pass" | "hold";

/**
 * One object per exchange, without closures of its own: one is made for every call. Each public method is called from a
 * socket's event, where an exception would end the process, so each runs in `#guard`.
 */
class Relay implements ResponseHandler, Watched {
  sweep = 0;
  index = -1;
  readonly #control: ExchangeControl;
  readonly #host: string;
  readonly #response: ServerResponse;
  readonly #attempt: Attempt;
  readonly #options: RelayOptions;
  #mode: Mode = "pass";
  /** An error, which is held. */
  #body: AnswerBody | null = null;
  /** Reads any other body, decoded. */
  #reader: AnswerReader | null = null;
  /** Reads it beside, if it passes encoded. */
  #coded: CodedReader | null = null;
  /** Decodes it on its way, if a part of it may have to be removed. */
  #decoder: Decoder | null = null;
  #codings: Coding[] = [];
  /** What has arrived together with the head. */
  #first: Uint8Array[] = [];
  #head: ResponseHead | null = null;
  #isPaused = false;
  /** The timeout of the present phase. */
  #idle: IdleTimeout;
  /** The caller has left, and the usage is awaited for {@link USAGE_WAIT_MS}. */
  #isDraining = false;

  constructor(upstream: Upstream, options: RelayOptions) {
    this.#options = options;
    this.#response = options.response;
    this.#attempt = options.attempt;
    this.#host = upstream.host;
    this.#control = upstream.send(options.exchange, this);
    this.#idle = options.timeouts.first_byte;
    this.#idle.start(this);
    this.#response.on("close", () => this.#guard(this.#callerClosed, undefined));
  }

  head(head: ResponseHead): void {
    this.#guard(this.#receiveHead, head);
  }

  data(bytes: Buffer): void {
    this.#guard(this.#receiveData, bytes);
  }

  end(): void {
    this.#guard(this.#receiveEnd, undefined);
  }

  failed(failure: Failure): void {
    this.#guard(this.#receiveFailure, failure);
  }

  timedOut(): void {
    this.#guard(this.#abortIdle, undefined);
  }

  #guard<T>(step: (value: T) => void, value: T): void {
    try {
      step.call(this, value);
    } catch (error) {
      this.#crashed(error);
    }
  }

  /** Last resort for a defect of the service: only this exchange ends. */
  #crashed(error: unknown): void {
    const request_id = requestIdOf(this.#response.req);
    this.#options.log("gateway_failed", { request_id, error: String(error) });
    this.#idle.stop(this);
    this.#control.abort(this);
    try {
      this.#attempt.broke("internal_error");
      this.#sendError("The gateway failed; see its log", "internal_error");
    } catch {
      this.#response.destroy();
    }
  }

  #receiveHead(head: ResponseHead): void {
    this.#attempt.head(head.status, (name) => headerOf(head, name));
    this.#head = head;
    const location = head.status < 300 ? undefined : headerOf(head, "location");
    if (isRedirect(head.status, location)) return this.#redirect(head.status, location!);
    // A name that is unknown is mostly no coding: some servers send "utf-8".
    this.#codings = codingsOf(headerOf(head, "content-encoding")) ?? [];
    const type = headerOf(head, "content-type");
    if ((head.status >= 400 && kindOfType(type) !== "other") || this.#mayRefuseUsage) this.#mode = "hold";
    if (this.#mode === "hold") this.#body = new AnswerBody(MAX_HELD_BYTES);
    else this.#beginReading(type);
  }

  #beginReading(type: string | undefined): void {
    const codings = this.#codings;
    this.#reader = new AnswerReader(this.#attempt, type, this.#options.hides_usage);
    if (codings.length > 0) {
      if (this.#reader.mayShorten) this.#decoder = this.#createDecoder(codings);
      else this.#coded = new CodedReader(this.#reader, codings, isStreamed(this.#reader.kind));
    }
    if (this.#reader.kind === "other") return void this.#begin(this.#headers);
    this.#mode = "begin";
    if (isStreamed(this.#reader.kind)) this.#pass();
  }

  #redirect(status: number, location: string): void {
    const { resend, log } = this.#options;
    const target = resend.redirectTarget(status, location);
    this.#idle.stop(this);
    this.#control.abort(this);
    this.#attempt.redirected();
    if (this.#response.destroyed) return;
    if (target !== null) return resend.follow(target);
    log("upstream_redirected", { request_id: requestIdOf(this.#response.req), status, to: loggedLocation(location) });
    this.#response.setHeader(SHOULD_RETRY_HEADER, "false");
    this.#sendError(redirectMessage(status), "upstream_redirected");
  }

  /** Whether the response may be an error because the gateway requested usage. */
  get #mayRefuseUsage(): boolean {
    return this.#options.hides_usage && isUsageRefusalStatus(this.#head!.status);
  }

  #receiveData(bytes: Buffer): void {
    if (!this.#isDraining) this.#idle.touch(this);
    if (this.#mode === "hold") return this.#hold(bytes);
    if (this.#decoder) this.#decoder.write(bytes);
    else if (this.#coded) {
      this.#coded.push(bytes);
      this.#show(bytes);
    } else this.#show(this.#reader!.push(bytes));
  }

  /** Shows bytes to the caller, if they are still there. */
  #show(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isDraining) return;
    if (this.#mode === "begin") this.#first.push(bytes);
    else this.#forward(bytes);
  }

  /** Most responses have ended by the end of this turn. */
  incomplete(): void {
    this.#guard(this.#watchSilence, undefined);
    this.#waitForTurn();
  }

  #waitForTurn(): void {
    if (this.#mode === "begin") afterTurn(this);
  }

  /** The turn of the event loop in which the head arrived has ended. */
  turnEnded(): void {
    if (this.#mode === "begin" && !this.#response.headersSent) this.#guard(this.#pass, undefined);
  }

  /** Sends the head and what has arrived; the rest follows as it arrives. */
  #pass(): void {
    this.#mode = "pass";
    if (this.#response.destroyed || !this.#begin(this.#headers)) return;
    if (this.#first.length === 0) this.#response.flushHeaders();
    for (const part of this.#first) this.#forward(part);
    this.#first = [];
  }

  get #headers(): string[] {
    const headers = forwardedHeaders(this.#head!, this.#reader?.mayShorten);
    return this.#decoder ? withoutCoding(headers) : headers;
  }

  #createDecoder(codings: Coding[]): Decoder {
    return new Decoder(codings, {
      data: (part) => this.#guard(this.#receiveDecoded, part),
      end: (isWhole) => this.#guard(this.#receiveDecodedEnd, isWhole),
    });
  }

  #receiveDecoded(part: Uint8Array): void {
    this.#show(this.#reader!.push(part));
  }

  #receiveDecodedEnd(isWhole: boolean): void {
    if (this.#isDraining) return this.#attempt.aborted();
    if (isWhole) return this.#endPassed();
    this.#idle.stop(this);
    this.#control.abort(this);
    this.#attempt.broke("malformed_answer");
    this.#sendError("Cannot forward the upstream's response: it is not encoded as its head says");
  }

  #hold(bytes: Buffer): void {
    this.#body!.add(bytes);
    if (!this.#body!.isLarge) return;
    // Too large to hold: what was held is sent, and the rest as it arrives.
    const held = this.#body!.parts;
    const type = headerOf(this.#head!, "content-type");
    this.#reader = new AnswerReader(this.#attempt, type, false);
    if (this.#codings.length > 0) this.#coded = new CodedReader(this.#reader, this.#codings);
    this.#body = null;
    this.#mode = "pass";
    if (!this.#begin(this.#headers)) return;
    for (const part of [...held, bytes]) this.#receiveData(bufferOf(part));
  }

  #receiveEnd(): void {
    this.#idle.stop(this);
    if (this.#mode === "hold") return this.#endHeld();
    if (this.#decoder) {
      this.#waitForTurn();
      this.#decoder.end();
    } else if (this.#isDraining) this.#endEarly(() => this.#attempt.aborted());
    else this.#endPassed();
  }

  #endPassed(): void {
    if (this.#mode === "begin") this.#attempt.arrivedWhole();
    const last = this.#reader!.end();
    if (last.length > 0) this.#show(last);
    if (this.#coded) this.#coded.end((isRead) => this.#guard(this.#settle, isRead));
    else this.#settle(true);
    if (this.#mode === "begin") this.#sendFirst();
    else this.#response.end();
  }

  #settle(isRead: boolean): void {
    if (isRead) this.#reader!.settle();
    else this.#attempt.unreadable();
  }

  /** The whole response has arrived at one time. */
  #sendFirst(): void {
    this.#mode = "pass";
    if (this.#response.destroyed) return;
    const body = bufferOf(joined(this.#first));
    // Mostly it has been decoded already.
    const ascii = this.#coded ? null : this.#reader!.ascii;
    this.#sendWhole(this.#headers, body, ascii?.length === body.length ? ascii : undefined);
  }

  /** A large body follows its head in a write of its own: to copy both into one would cost more. */
  #sendWhole(headers: string[], body: Buffer, text?: string): void {
    if (body.length > SMALL_BYTES) {
      if (this.#begin(headers)) this.#response.end(body);
    } else this.#writesHead(headers, (head) => sendWhole(this.#response, head, text ?? body.toString("latin1")));
  }

  /** The response ends early. What has arrived is read first. */
  #endEarly(settle: () => void): void {
    this.#decoder?.destroy();
    if (this.#coded) this.#coded.end(() => this.#guard(settle, undefined));
    else settle();
  }

  #receiveFailure(failure: Failure): void {
    this.#idle.stop(this);
    if (this.#isDraining) return this.#endEarly(() => this.#attempt.aborted());
    if (failure.code === "INTERNAL") {
      this.#options.log("gateway_failed", { request_id: requestIdOf(this.#response.req), error: failure.message });
    }
    const error_code = failure.code === "MALFORMED" ? "malformed_answer" : "connection_lost";
    if (failure.unsent) this.#attempt.unsent(failure.code);
    else this.#endEarly(() => this.#attempt.broke(error_code));
    this.#sendError(failureMessage(this.#host, failure, this.#head !== null));
  }

  #abortIdle(): void {
    this.#control.abort(this);
    if (this.#isDraining) return this.#endEarly(() => this.#attempt.aborted());
    this.#endEarly(() => this.#attempt.broke("timeout"));
    this.#sendError(timeoutMessage(this.#idle.timeout_ms, this.#head !== null), "upstream_timeout");
  }

  /** The response has begun, and goes on. */
  #watchSilence(): void {
    const { silence } = this.#options.timeouts;
    if (this.#idle === silence) return silence.touch(this);
    this.#idle.stop(this);
    this.#idle = silence;
    silence.start(this);
  }

  #callerClosed(): void {
    this.#idle.stop(this);
    if (this.#response.writableFinished) return;
    if (this.#attempt.awaitsUsage) return this.#drain();
    this.#endEarly(() => this.#attempt.aborted());
    this.#control.abort(this);
  }

  #drain(): void {
    this.#isDraining = true;
    this.#idle = this.#options.timeouts.drain;
    this.#idle.start(this);
    if (this.#isPaused) this.#resume();
  }

  #endHeld(): void {
    const codings = this.#codings;
    if (codings.length === 0) return this.#sendHeld(this.#body!.value());
    const body = new AnswerBody();
    const coded = new CodedReader({ push: (part) => (body.add(part), part) }, codings);
    for (const part of this.#body!.parts) coded.push(part);
    coded.end((isRead) => this.#guard(this.#sendHeld, isRead ? body.value() : undefined));
  }

  /** @param value of the body, as far as it could be read. */
  #sendHeld(value: unknown): void {
    const body = this.#heldBody();
    if (this.#mayRefuseUsage && this.#isUsageRefused(value, body)) return this.#sendWithoutUsage(value);
    const headers = forwardedHeaders(this.#head!);
    this.#attempt.answered(value === undefined ? this.#errorText(body) : value);
    if (this.#attempt.isFinal && !this.#head!.names.includes(SHOULD_RETRY_HEADER)) {
      headers.push(SHOULD_RETRY_HEADER, "false");
    }
    if (!this.#response.destroyed) this.#sendWhole(headers, body);
  }

  /** The text of an error that is not JSON, which may tell a wait. */
  #errorText(body: Buffer): string | undefined {
    return this.#head!.status < 400 ? undefined : body.toString("utf8", 0, MAX_ERROR_BYTES);
  }

  #isUsageRefused(value: unknown, body: Buffer): boolean {
    const text = this.#codings.length === 0 ? body.toString("latin1", 0, MAX_ERROR_BYTES) : JSON.stringify(value) ?? "";
    return mayRefuseUsage(this.#head!.status, text);
  }

  #sendWithoutUsage(value: unknown): void {
    if (this.#response.destroyed) return this.#attempt.answered(value);
    this.#options.resend.leaveOutUsage();
    this.#attempt.answered(value);
    this.#options.resend.sendWithoutUsage();
  }

  #heldBody(): Buffer {
    return bufferOf(joined(this.#body!.parts));
  }

  /** Writes the response's head. Returns `false` if that cannot be done: the exchange has ended then. */
  #begin(headers: string[]): boolean {
    return this.#writesHead(headers, ({ status, reason }) => this.#response.writeHead(status, reason, headers));
  }

  /** Lets the head be written, with the headers that tell of the call. If Node refuses to, ends the exchange. */
  #writesHead(
    headers: string[],
    write: (head: { status: number; reason: string; headers: string[] }) => void,
  ): boolean {
    const { status, reason } = this.#head!;
    pushQuotaHeaders(headers, this.#attempt);
    try {
      write({ status, reason, headers });
      return true;
    } catch {
      this.#idle.stop(this);
      this.#control.abort(this);
      this.#attempt.broke("malformed_answer");
      this.#sendError("Cannot forward the upstream's response: its head has a character that HTTP does not allow");
      return false;
    }
  }

  /** Stops reading from the upstream while the caller reads more slowly than it sends. */
  #forward(bytes: Uint8Array): void {
    if (this.#response.write(bytes) || this.#isPaused) return;
    this.#isPaused = true;
    this.#control.pause(this);
    this.#decoder?.pause();
    this.#response.once("drain", () => this.#guard(this.#resume, undefined));
  }

  #resume(): void {
    this.#isPaused = false;
    this.#control.resume(this);
    this.#decoder?.resume();
  }

  #sendError(message: string, code: ProblemCode = "upstream_unreachable"): void {
    if (!this.#response.headersSent) this.#response.setHeader(CALL_ID_HEADER, this.#attempt.call_id);
    sendErrorOrDisconnect(this.#response, code, message);
  }
}

/** Names and values in turn. */
function forwardedHeaders({ raw, names }: ResponseHead, isShortened = false): string[] {
  return callerHeaders(raw, isShortened, names);
}

/** A body that is decoded on its way has no coding. */
function withoutCoding(headers: string[]): string[] {
  return headers.filter((_, at) => headers[at - at % 2].toLowerCase() !== "content-encoding");
}

function timeoutMessage(timeout_ms: number, hasHead: boolean): string {
  const seconds = timeout_ms / 1000;
  return hasHead
    ? `The upstream fell silent for ${seconds} s within its response, so the call was given up. Raise ` +
      "QUOTA_SILENCE_TIMEOUT_SECONDS or send X-Quota-Silence-Timeout"
    : `The upstream sent nothing for ${seconds} s, so the call was given up. Raise QUOTA_FIRST_BYTE_TIMEOUT_SECONDS or ` +
      "send X-Quota-First-Byte-Timeout";
}

function failureMessage(host: string, { code, message, unsent }: Failure, hasHead: boolean): string {
  if (unsent) return cannotReach(host, code, message);
  if (code === "MALFORMED") return `Cannot forward the upstream's response: it is not valid HTTP/1.1. ${message}`;
  if (code === "INTERNAL") return "Cannot forward the upstream's response: the gateway failed to read it; see its log";
  if (hasHead) return "The upstream closed the connection before the end of its response";
  return `The upstream closed the connection without a response: ${code}`;
}
