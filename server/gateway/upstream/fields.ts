/** Header lines (RFC 9112 §5), in a head or in a trailer section. */

/** Raised for bytes that are not an HTTP/1.1 response, or that could be read in two ways. */
export class MalformedResponse extends Error {
  override name = "MalformedResponse";
}

/** Bytes of all names and values together, as in undici and Node. */
const MAX_FIELD_BYTES = 16 << 10;

/** Bytes of a section, with all that {@link MAX_FIELD_BYTES} does not count: status line, blanks, line ends. */
export const MAX_SECTION_BYTES = 64 << 10;

const NAME = /^[!#$%&'*+\-.^`|~\w]+$/;
const ILLEGAL = /[^\t\x20-\x7e\x80-\xff]/;
const PARTIAL_LINE = /^(?:[!#$%&'*+\-.^`|~\w]+(?::[\t\x20-\x7e\x80-\xff]*)?)?$/;
const LINE_END = "\r\n";
const CR = 13;

/** A partial line of more characters is checked only when it has doubled: to check it for each byte takes quadratic time. */
const LONG_LINE = 1 << 10;

/** Lower case of names seen before: responses bring the same few names again and again. */
const lowerCase = new Map<string, string>();
const MAX_LOWER_CASE = 1000;

/** A complete line, read. */
interface ReadLine {
  line: string;
  name: string;
  lower: string;
  value: string;
  /** Bytes of name and value, with the blanks behind it. */
  size: number;
}

/**
 * The lines that were read last, by their place in a section. Two responses differ in few of their lines, and with the
 * others only compared, a head is read in half the time (line P1 of the bench).
 */
const before: ReadLine[] = [];
const MAX_BEFORE = 64;
const MAX_BEFORE_CHARACTERS = 256;

/** Reads lines up to the empty one that ends the section, in as many pieces as they arrive in. */
export class FieldReader {
  /** Names and values in turn, as they were sent. */
  readonly raw: string[] = [];
  /** The names in lower case, in the same order. */
  readonly names: string[] = [];
  /** The line whose end has not arrived. */
  #partial = "";
  #bytes = 0;
  #field_bytes = 0;
  /** Characters of the partial line that are checked. */
  #checked = 0;

  /** Nothing of the section has arrived. */
  protected get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /**
   * Reads the next piece.
   *
   * @param piece Latin-1, so that one character is one byte.
   * @returns where the section ends in `piece`; -1 if its end has not arrived.
   * @throws {MalformedResponse} also for a partial line that no further bytes can make valid.
   */
  read(piece: string, from: number): number {
    const before = this.#partial.length;
    const text = before === 0 ? piece : this.#partial + piece.slice(from);
    let at = before === 0 ? from : 0;
    for (let end = text.indexOf(LINE_END, at); end >= 0; end = text.indexOf(LINE_END, at)) {
      if (end === at) return at + LINE_END.length - (before === 0 ? 0 : before - from);
      this.line(text.slice(at, end));
      at = end + LINE_END.length;
    }
    this.#keep(text.slice(at), piece.length - from);
    return -1;
  }

  /** Reads one complete line. */
  protected line(line: string): void {
    const place = this.names.length;
    const known = place < before.length && before[place].line === line ? before[place] : readLine(line, place);
    const { name, lower, value, size } = known;
    this.#count(size);
    this.names.push(lower);
    this.raw.push(name, value);
    this.field(lower, value, line);
  }

  /** Called for each header, its name in lower case. */
  protected field(_name: string, _value: string, _line: string): void {}

  /**
   * Whether more bytes can make a partial line valid.
   *
   * @param closed only the second byte of the line's end is missing.
   */
  protected canContinue(partial: string, closed: boolean): boolean {
    return PARTIAL_LINE.test(partial) && !(closed && partial !== "" && !partial.includes(":"));
  }

  #keep(partial: string, bytes: number): void {
    this.#bytes += bytes;
    this.#partial = partial;
    const closed = partial.charCodeAt(partial.length - 1) === CR;
    const line = closed ? partial.slice(0, -1) : partial;
    if (line.length < this.#checked) this.#checked = 0;
    if (closed || line.length < LONG_LINE || line.length >= 2 * this.#checked) {
      this.#checked = line.length;
      if (!this.canContinue(line, closed)) throw invalidLine(line);
    }
    const colon = line.indexOf(":");
    const excess = this.#field_bytes + (colon < 0 ? 0 : colon + line.length - skipBlanks(line, colon + 1));
    if (excess >= MAX_FIELD_BYTES || this.#bytes >= MAX_SECTION_BYTES) throw tooLarge();
  }

  #count(bytes: number): void {
    this.#field_bytes += bytes;
    if (this.#field_bytes >= MAX_FIELD_BYTES) throw tooLarge();
  }
}

/** @throws {MalformedResponse} */
function readLine(line: string, place: number): ReadLine {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  const lower = lowered(name);
  if (lower === null || ILLEGAL.test(line)) throw invalidLine(line);
  const from = skipBlanks(line, colon + 1);
  const read = { line, name, lower, value: trimmedEnd(line, from), size: colon + line.length - from };
  if (place < MAX_BEFORE && place <= before.length && line.length <= MAX_BEFORE_CHARACTERS) before[place] = read;
  return read;
}

function lowered(name: string): string | null {
  const known = lowerCase.get(name);
  if (known !== undefined) return known;
  if (!NAME.test(name)) return null;
  const lower = name.toLowerCase();
  // By a copy: the name is a slice of the received text, and would keep all of that text alive.
  if (lowerCase.size < MAX_LOWER_CASE) lowerCase.set(JSON.parse(JSON.stringify(name)), lower);
  return lower;
}

function skipBlanks(line: string, from: number): number {
  while (isBlank(line.charCodeAt(from))) from++;
  return from;
}

function trimmedEnd(line: string, from: number): string {
  let to = line.length;
  while (to > from && isBlank(line.charCodeAt(to - 1))) to--;
  return line.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function invalidLine(line: string): MalformedResponse {
  return new MalformedResponse(
    /[\r\n]/.test(line) ? "A line of its head does not end in CR LF" : "The response has an invalid header line",
  );
}

function tooLarge(): MalformedResponse {
  return new MalformedResponse("The response's headers are too large");
}
