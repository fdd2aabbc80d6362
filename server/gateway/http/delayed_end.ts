/** Holds the end of a response back until the row of its attempt is kept: `QUOTA_DURABILITY=answer`. */
import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { isStreamed, kindOfStart, kindOfType } from "../../attempts/answer/answer_kind.ts";

/** The ends of streams: a caller stops reading there, before the connection closes. */
const FINAL = /\[DONE\]|"(?:response\.(?:completed|incomplete|failed)|message_stop)"|"done"\s*:\s*true/;

/** Longer than the longest of them, which may be cut between two chunks. */
const OVERLAP = 32;

type Write = (chunk: Uint8Array) => boolean;

/**
 * Holds back the last bytes of a response: of a stream all from its final event on, of any other body the last chunk.
 * Everything before passes without delay.
 *
 * @param recorded resolves when the response may end.
 */
export function delayEnd(response: ServerResponse, recorded: Promise<void>): void {
  const write = response.write.bind(response) as Write;
  const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
  const end = response.end.bind(response) as (...last: unknown[]) => ServerResponse;
  const held: Uint8Array[] = [];
  let isStream = false;
  let hasBegun = false;
  let before = "";

  function isFinal(chunk: Uint8Array): boolean {
    const text = before + latin1.decode(chunk);
    before = text.slice(-OVERLAP);
    return held.length > 0 || FINAL.test(text);
  }

  function passOrHold(chunk: Uint8Array): boolean {
    // Some providers send events under another content type.
    isStream ||= !hasBegun && kindOfStart(chunk) === "events";
    hasBegun = true;
    if (isStream && !isFinal(chunk)) return write(chunk);
    const earlier = isStream ? undefined : held.pop();
    held.push(chunk);
    return earlier === undefined || write(earlier);
  }

  Object.assign(response, {
    writeHead(status: number, reason: string, headers: string[] | Record<string, unknown>) {
      isStream = Array.isArray(headers) && isStreamed(kindOfType(contentType(headers)));
      return writeHead(status, reason, headers);
    },
    write: (written: Uint8Array | string) => passOrHold(bytesOf(written)),
    end(...last: unknown[]) {
      void recorded.then(() => {
        for (const chunk of held) write(chunk);
        end(...last);
      });
      return response;
    },
  });
}

/** @param written a text has one character for each byte. */
function bytesOf(written: Uint8Array | string): Uint8Array {
  return typeof written === "string" ? Buffer.from(written, "latin1") : written;
}

/** @param headers names and values in turn. */
function contentType(headers: readonly string[]): string | undefined {
  const at = headers.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === "content-type");
  return at < 0 ? undefined : headers[at + 1];
}

const latin1 = new TextDecoder("latin1");
