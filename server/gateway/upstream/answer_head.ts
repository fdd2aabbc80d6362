/** The head of an HTTP/1.1 answer, read as strictly as RFC 9112 allows: what could be read in two ways is no answer. */

/** How the body's end is known: after so many bytes, by chunks, or when the connection closes. */
export type Framing = number | "chunked" | "until_close";

export interface AnswerHead {
  status: number;
  reason: string;
  /** Names and values in turn, as they were sent. */
  raw: string[];
  /** The names in lower case, in the same order. */
  names: string[];
  framing: Framing;
  /** The connection may carry another exchange after this one. */
  stays: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\0\r\n]*))?$/;
const NAME = /^[!#$%&'*+\-.^`|~\w]+$/;
const STRAY = /[\0\r\n]/;

/** Names as they were written before, and their lower case: answers bring the same ones over and over. */
const lowered = new Map<string, string>();
const MOST_LOWERED = 1000;

/**
 * Reads a head.
 *
 * @param text Latin-1, up to its empty line, without its last line's end.
 * @param method of the request: an answer to HEAD has no body, whatever it says.
 * @returns `null` for what is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { answerHead } from "./answer_head.ts";
 *
 * const head = answerHead("HTTP/1.1 200 OK\r\nContent-Length: 2", "POST");
 * assert.equal(head?.status, 200);
 * assert.equal(head?.framing, 2);
 * assert(head?.stays);
 * assert.equal(answerHead("HTTP/1.1 200 OK\r\nContent-Length : 2", "POST"), null);
 * ```
 */
export function answerHead(text: string, method: string): AnswerHead | null {
  const lines = text.split("\r\n");
  const found = STATUS_LINE.exec(lines[0]);
  if (!found) return null;
  const raw: string[] = [];
  const names: string[] = [];
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at];
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    const low = lower(name);
    if (low === null || STRAY.test(line)) return null;
    names.push(low);
    raw.push(name, trimmed(line, colon + 1));
  }
  const status = Number(found[2]);
  const head = { status, reason: found[3] ?? "", raw, names, framing: 0 as Framing, stays: found[1] === "1" };
  return framed(head, method) ? head : null;
}

/** The value of a header, the first where there are several. */
export function headerOf({ names, raw }: AnswerHead, name: string): string | undefined {
  const at = names.indexOf(name);
  return at < 0 ? undefined : raw[at * 2 + 1];
}

function lower(name: string): string | null {
  const known = lowered.get(name);
  if (known !== undefined) return known;
  if (!NAME.test(name)) return null;
  const low = name.toLowerCase();
  // By a copy: the name is a part of the head's text, and would keep all of it.
  if (lowered.size < MOST_LOWERED) lowered.set(JSON.parse(JSON.stringify(name)), low);
  return low;
}

/** Without the spaces and tabs around it, and those alone: other bytes are the value's own. */
function trimmed(line: string, from: number): string {
  let to = line.length;
  while (from < to && isBlank(line.charCodeAt(from))) from++;
  while (to > from && isBlank(line.charCodeAt(to - 1))) to--;
  return line.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Sets how the body ends (RFC 9112 §6.3); `false` where that is said twice, or in no way that is known. */
function framed(head: AnswerHead, method: string): boolean {
  let length: string | null = null;
  let coding: string | null = null;
  for (let at = 0; at < head.names.length; at++) {
    const value = head.raw[at * 2 + 1];
    if (head.names[at] === "content-length") {
      if (length !== null && length !== value) return false;
      length = value;
    } else if (head.names[at] === "transfer-encoding") {
      if (coding !== null) return false;
      coding = value.toLowerCase();
    } else if (head.names[at] === "connection") head.stays = staysOpen(value.toLowerCase(), head.stays);
  }
  if ((coding !== null && (coding !== "chunked" || length !== null)) || !isCount(length)) return false;
  if (method === "HEAD" || head.status < 200 || head.status === 204 || head.status === 304) return true;
  head.framing = coding ?? (length === null ? "until_close" : Number(length)) as Framing;
  head.stays &&= head.framing !== "until_close";
  return true;
}

function isCount(length: string | null): boolean {
  return length === null || /^\d{1,15}$/.test(length);
}

function staysOpen(said: string, before: boolean): boolean {
  if (said === "keep-alive") return true;
  return said !== "close" && !said.split(",").some((part) => part.trim() === "close") && before;
}
