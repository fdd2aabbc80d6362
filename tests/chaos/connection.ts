/** One HTTP connection of the upstream, handled byte by byte. */
import type { Body } from "./bodies.ts";

/** The parts of a request that the upstream reads. */
export interface Request {
  headers: Map<string, string>;
  body: string;
}

const encoder = new TextEncoder();
/** The end of a chunked body. */
export const LAST_CHUNK = encoder.encode("0\r\n\r\n");

/** Status line and headers of an answer. */
export function head({ status, headers, bytes }: Body, chunked: boolean): Uint8Array {
  const length = chunked ? "transfer-encoding: chunked" : `content-length: ${bytes.length}`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return encoder.encode(`HTTP/1.1 ${status} X\r\n${lines}${length}\r\n\r\n`);
}

/** One chunk of a chunked body. */
export function asChunk(bytes: Uint8Array): Uint8Array {
  const size = encoder.encode(`${bytes.length.toString(16)}\r\n`);
  const chunk = new Uint8Array(size.length + bytes.length + 2);
  chunk.set(size);
  chunk.set(bytes, size.length);
  chunk.set([13, 10], size.length + bytes.length);
  return chunk;
}

/** One connection. */
export class Connection {
  readonly #connection: Deno.TcpConn;
  #buffered = "";

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Waits for the next request; `null` when the other side has disconnected. */
  async request(): Promise<Request | null> {
    for (;;) {
      const end = this.#buffered.indexOf("\r\n\r\n");
      if (end >= 0) {
        const headers = headersOf(this.#buffered.slice(0, end));
        const length = Number(headers.get("content-length") ?? 0);
        if (this.#buffered.length >= end + 4 + length) {
          const body = this.#buffered.slice(end + 4, end + 4 + length);
          this.#buffered = this.#buffered.slice(end + 4 + length);
          return { headers, body };
        }
      }
      const more = await this.#read();
      if (more === null) return null;
      this.#buffered += more;
    }
  }

  /** Resolves when the other side has disconnected. */
  async closed(): Promise<void> {
    while (await this.#read() !== null) { /* ignore what arrives */ }
  }

  /** Resolves to `false` when the other side has disconnected. */
  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
      return true;
    } catch {
      return false;
    }
  }

  /** Lets the other side read before more is written. */
  turn(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** Decodes as Latin-1, one character for each byte, so that lengths are in bytes. */
  async #read(): Promise<string | null> {
    const buffer = new Uint8Array(16 << 10);
    try {
      const read = await this.#connection.read(buffer);
      return read === null ? null : latin1.decode(buffer.subarray(0, read));
    } catch {
      return null;
    }
  }
}

const latin1 = new TextDecoder("latin1");

function headersOf(text: string): Map<string, string> {
  return new Map(
    text.split("\r\n").slice(1).map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
