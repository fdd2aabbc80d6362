/** The head of an HTTP/1.1 response, read strictly (RFC 9112): a head that could be read in two ways is refused. */
import { FieldReader, MalformedResponse } from "./fields.ts";

/** How the end of the body is known: after so many bytes, by chunks, or when the connection closes. */
export type Framing = number | "chunked" | "until_close";

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, as they were sent. */
  readonly raw: string[];
  /** The names in lower case, in the same order. */
  readonly names: string[];
  readonly framing: Framing;
  /** Whether the connection may carry another exchange after this one. */
  readonly reusable: boolean;
}

/** A reason that holds control characters is read as an empty one. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (?:([\t\x20-\x7e\x80-\xff]*)|[^\r\n]*))?$/;

/** Completes the first characters of a status line. */
const ANY_STATUS_LINE = "HTTP/1.1 200";

const PARTIAL_FRAMING = /^(?:content-length|transfer-encoding):/i;
const BAD_PARTIAL_LENGTH = /^content-length:(?![ \t]*\d* *$)/i;

/** Some readers take a tab for a part of the value, and so find another end of the body. */
const TAB_AT_END = /\t *$/;

const CR = 13;
const LF = 10;

/**
 * Reads one head, in as many pieces as it arrives in.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ResponseHeadReader } from "./response_head.ts";
 *
 * const head = new ResponseHeadReader("POST");
 * assert.equal(head.read("HTTP/1.1 200 OK\r\nContent-Le", 0), -1);
 * assert.equal(head.read("ngth: 2\r\n\r\nok", 0), 11);
 * assert.deepEqual([head.status, head.framing, head.reusable], [200, 2, true]);
 * ```
 */
export class ResponseHeadReader extends FieldReader implements ResponseHead {
  status = 0;
  reason = "";
  reusable = false;
  readonly #method: string;
  #length: number | null = null;
  #chunked = false;
  #closes = false;
  /** A blank follows the length, which some readers take for a digit. */
  #blank_length = false;

  /** @param method of the request: a response to HEAD has no body, whatever its headers say. */
  constructor(method: string) {
    super();
    this.#method = method;
  }

  get framing(): Framing {
    if (this.#isBodiless) return 0;
    return this.#chunked ? "chunked" : this.#length ?? "until_close";
  }

  override read(piece: string, from: number): number {
    // Some servers send a line end too many after a body (RFC 9112 §2.2).
    while (this.isEmpty && isLineEnd(piece.charCodeAt(from))) from++;
    const end = super.read(piece, from);
    if (end >= 0) this.#finish();
    return end;
  }

  protected override line(line: string): void {
    if (this.status > 0) return super.line(line);
    const [, minor, status, reason = ""] = STATUS_LINE.exec(line) ?? [];
    if (!status) throw new MalformedResponse("The response has an invalid status line");
    this.status = Number(status);
    this.reason = reason;
    this.reusable = minor === "1";
  }

  protected override canContinue(partial: string, closed: boolean): boolean {
    if (this.status === 0) return STATUS_LINE.test(closed ? partial : partial + ANY_STATUS_LINE.slice(partial.length));
    if (PARTIAL_FRAMING.test(partial) && this.#isFramed) return false;
    return super.canContinue(partial, closed) && !BAD_PARTIAL_LENGTH.test(partial);
  }

  protected override field(name: string, value: string, line: string): void {
    if (name === "content-length") this.#setLength(value, line);
    else if (name === "transfer-encoding") this.#setCoding(value.toLowerCase(), line);
    else if (name === "connection") this.#setConnection(value.toLowerCase());
  }

  #setLength(value: string, line: string): void {
    const length = Number(value);
    if (this.#isFramed || !/^\d+$/.test(value) || !Number.isSafeInteger(length) || TAB_AT_END.test(line)) {
      throw badFraming();
    }
    this.#length = length;
    this.#blank_length = line.endsWith(" ");
  }

  #setCoding(value: string, line: string): void {
    // Any other coding would reach the caller without the header that names it, which is of this hop alone.
    if (this.#isFramed || value !== "chunked" || TAB_AT_END.test(line)) throw badFraming();
    this.#chunked = true;
  }

  #setConnection(value: string): void {
    if (value !== "keep-alive" && value.split(",").some((option) => option.trim() === "close")) this.#closes = true;
    else if (value.includes("keep-alive")) this.reusable = true;
  }

  #finish(): void {
    // A 204 or 304 that announces a body may be followed by one: it would be read as the next response.
    const unasked = this.status > 199 && this.#method !== "HEAD" && this.#isBodiless && (this.#chunked || this.#length);
    if (this.#closes || unasked || this.framing === "until_close") this.reusable = false;
    if (this.#blank_length && !this.#isBodiless) throw badFraming();
  }

  get #isFramed(): boolean {
    return this.#chunked || this.#length !== null;
  }

  get #isBodiless(): boolean {
    return this.#method === "HEAD" || this.status < 200 || this.status === 204 || this.status === 304;
  }
}

/** The value of a header; the first one if there are several. */
export function headerOf({ names, raw }: ResponseHead, name: string): string | undefined {
  const at = names.indexOf(name);
  return at < 0 ? undefined : raw[at * 2 + 1];
}

function isLineEnd(code: number): boolean {
  return code === CR || code === LF;
}

function badFraming(): MalformedResponse {
  return new MalformedResponse("The response says in two ways, or in an unknown way, where its body ends");
}
