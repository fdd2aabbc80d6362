/**
 * Compares our HTTP client with undici: both read the same status, headers and body from a response, or both refuse it.
 * `FUZZ_SEED` and `FUZZ_RUNS` change the seed and the number of generated responses.
 */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { Pool } from "undici";
import { assert, assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { startRawServer } from "../../../tests/support/raw_server.ts";
import { cutAt, scripts } from "../../../tests/support/response_bytes.ts";
import {
  OwnReader,
  readAll,
  type Reading,
  type Readings,
  type ScriptedResponse,
  UndiciReader,
} from "../../../tests/support/response_readers.ts";

const seed = Number(Deno.env.get("FUZZ_SEED") ?? 1);
const numRuns = Number(Deno.env.get("FUZZ_RUNS") ?? 700);

/** An intended difference from undici. */
interface Difference {
  what: string;
  why: string;
  /** Finds responses that the difference may concern. */
  concerns: RegExp;
  example: string;
  own: Reading["outcome"];
  undici: Reading["outcome"];
}

const LENGTH_2 = "content-length: 2\r\n\r\nok";
const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

const DIFFERENCES: Difference[] = [
  {
    what: "an interim response 100",
    why:
      "The provider has taken the request and will charge for it; RFC 9110 §15.2 has a client read a 100 that it did " +
      "not ask for. undici refuses it, and the caller's SDK would send the request again.",
    concerns: /HTTP\/1\.[01] 100/,
    example: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n${LENGTH_2}`,
    own: "complete",
    undici: "refused",
  },
  {
    what: "a transfer coding other than one `chunked`",
    why: "The header is of this hop and is not passed on, so the caller would get coded bytes and not know it.",
    concerns: /\ntransfer-encoding:(?![ \t]*chunked *\r)|(\ntransfer-encoding:[^]*){2}/i,
    example: "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    own: "refused",
    undici: "complete",
  },
  {
    what: "a trailer that says how the body is framed or that the connection closes",
    why: "RFC 9110 §6.5.1 forbids it; after this one, undici takes the next response for data after the last one.",
    concerns: /\r\n\r\n[^]*\r\n(transfer-encoding|content-length|connection):/i,
    example: `${CHUNKED}0\r\ntransfer-encoding: x\r\n\r\n`,
    own: "refused",
    undici: "complete",
  },
  {
    what: "HTTP/0.9 and HTTP/2.0 in a status line",
    why: "This client does not know how those versions frame a response.",
    concerns: /HTTP\/(0|2)/,
    example: `HTTP/2.0 200 OK\r\n${LENGTH_2}`,
    own: "refused",
    undici: "complete",
  },
  {
    what: "a status line that ends in two carriage returns",
    why: "A carriage return without a line feed ends no line: another reader on the way may find other headers.",
    concerns: /\r\r/,
    example: `HTTP/1.1 200 OK\r\r${LENGTH_2}`,
    own: "refused",
    undici: "complete",
  },
  {
    what: "an interim response after which the connection closes, as a tab after `close` hides from undici",
    why: "No further response can follow, so what follows is not to be trusted. Without the tab both refuse it.",
    concerns: /\nconnection:.*close *\t/i,
    example: `HTTP/1.1 103 Early Hints\r\nconnection: close\t\r\n\r\nHTTP/1.1 200 OK\r\n${LENGTH_2}`,
    own: "refused",
    undici: "complete",
  },
  {
    what: "a status line, or blanks, that make a head longer than 64 KiB",
    why: "Memory is bounded; undici bounds names and values alone, at 16 KiB, and so do we.",
    concerns: /[^]{65536}/,
    example: `HTTP/1.1 200 ${"x".repeat(1 << 16)}\r\n${LENGTH_2}`,
    own: "refused",
    undici: "complete",
  },
  {
    what: "a chunk extension longer than 16 KiB",
    why: "Memory and time are bounded; no server sends one.",
    concerns: /[^]{16384}/,
    example: `${CHUNKED}2;${"x".repeat(1 << 14)}\r\nok\r\n0\r\n\r\n`,
    own: "refused",
    undici: "complete",
  },
  {
    what: "a chunk of 2⁵³ bytes or more",
    why: "No number holds the count exactly.",
    concerns: /[\da-f]{14}/i,
    example: `${CHUNKED}20000000000000\r\nok`,
    own: "refused",
    undici: "waiting",
  },
];

async function readBoth(script: readonly ScriptedResponse[]): Promise<[own: Readings[], undici: Readings[]]> {
  return [await readAll(new OwnReader(), script), await readAll(new UndiciReader(), script)];
}

function textOf({ pieces }: ScriptedResponse): string {
  return Buffer.concat(pieces).toString("latin1");
}

/** Asserts that both read a complete response to the same result, and that ours refuses any other no later than undici. */
function assertAgreement(own: Readings, undici: Readings, text: string): void {
  const shown = JSON.stringify(text).slice(0, 2000);
  if (undici.ended.outcome === "complete") assertEquals(own.ended, undici.ended, shown);
  else assertEquals(own.ended.outcome, undici.ended.outcome, shown);
  if (own.open.outcome === undici.open.outcome) return;
  assert(
    own.open.outcome === "refused" && undici.open.outcome === "waiting",
    `${own.open.outcome} while open: ${shown}`,
  );
}

Deno.test(`undici agrees on ${numRuns} scripts of responses, well-formed and not, in any pieces (seed ${seed})`, async () => {
  let complete = 0;
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const [own, undici] = await readBoth(script);
      for (const [at, response] of script.entries()) {
        const text = textOf(response);
        // After an intended difference, the rest of the connection may be read differently, too.
        if (DIFFERENCES.some((difference) => explains(difference, text, own[at], undici[at]))) return;
        assertAgreement(own[at], undici[at], text);
        if (undici[at].ended.outcome === "complete") complete++;
      }
    }),
    { seed, numRuns },
  );
  assert(complete > numRuns / 4, `only ${complete} responses were complete`);
});

function explains({ concerns, ...expected }: Difference, text: string, own: Readings, undici: Readings): boolean {
  const differ = own.ended.outcome !== undici.ended.outcome || own.open.outcome !== undici.open.outcome;
  const refuses = expected.own === "refused" ? own : undici;
  return differ && refuses.ended.outcome === "refused" && concerns.test(text);
}

for (const { what, example, own, undici } of DIFFERENCES) {
  Deno.test(`we differ from undici on purpose: ${what}`, async () => {
    const [[ours], [theirs]] = await readBoth([{ method: "POST", pieces: cutAt(example, []) }]);
    assertEquals([ours.open.outcome, theirs.open.outcome], [own, undici]);
  });
}

const head = (line: string) => `HTTP/1.1 200 OK\r\n${line}\r\n${LENGTH_2}`;
/** Bytes of all names and values in `head("x: …")`, except the value of `x`. */
const OTHER_FIELD_BYTES = "x".length + "content-length2".length;

/** Responses with the outcome in both clients while the connection is open. */
const EDGES: [what: string, text: string, outcome: Reading["outcome"]][] = [
  ["the same length twice", head("Content-Length: 2"), "refused"],
  ["a length and chunks", head("transfer-encoding: chunked"), "refused"],
  ["a length with leading zeros", "HTTP/1.1 200 OK\r\ncontent-length: 00000000000000000002\r\n\r\nok", "complete"],
  ["bare line feeds", "HTTP/1.1 200 OK\ncontent-length: 2\n\nok", "refused"],
  ["a bare line feed, and no more", "HTTP/1.1 200 OK\r\nx: 1\n", "refused"],
  ["a folded line", head("x: 1\r\n folded"), "refused"],
  ["a blank before the colon", head("x : 1"), "refused"],
  ["a NUL in a value", head("x: \0"), "refused"],
  ["a DEL in a value", head("x: \x7f"), "refused"],
  ["Latin-1 in a value", head("x: \xe9\xff"), "complete"],
  ["a NUL in the reason", `HTTP/1.1 200 O\0K\r\n${LENGTH_2}`, "complete"],
  ["no reason", `HTTP/1.1 200\r\n${LENGTH_2}`, "complete"],
  ["empty lines before the head", `\r\n\n\r\nHTTP/1.1 200 OK\r\n${LENGTH_2}`, "complete"],
  ["headers of 16,383 bytes", head(`x: ${"v".repeat(16_383 - OTHER_FIELD_BYTES)}`), "complete"],
  ["headers of 16,384 bytes", head(`x: ${"v".repeat(16_384 - OTHER_FIELD_BYTES)}`), "refused"],
  ["headers of 16,384 bytes without an end", `HTTP/1.1 200 OK\r\nx: ${"v".repeat(16_383)}`, "refused"],
  ["trailers of 16,384 bytes", `${CHUNKED}0\r\nx: ${"v".repeat(16_383)}\r\n\r\n`, "refused"],
  ["a blank after a chunk's size", `${CHUNKED}2 \r\nok\r\n0\r\n\r\n`, "refused"],
  ["a quoted extension", `${CHUNKED}2;a="b\\"c"\r\nok\r\n0\r\n\r\n`, "complete"],
  [
    "an extension for each of many chunks",
    `${CHUNKED}${`1;${"x".repeat(99)}\r\na\r\n`.repeat(500)}0\r\n\r\n`,
    "complete",
  ],
  ["a size of many zeros", `${CHUNKED}${"0".repeat(50)}2\r\nok\r\n0\r\n\r\n`, "complete"],
  ["a size beyond any number", `${CHUNKED}${"f".repeat(17)}\r\n`, "refused"],
  ["a trailer without a name", `${CHUNKED}0\r\n: 1\r\n\r\n`, "refused"],
  ["a body until the connection closes", "HTTP/1.1 200 OK\r\n\r\nall", "waiting"],
  ["an unasked upgrade", `HTTP/1.1 101 S\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n${head("x: 1")}`, "refused"],
];

for (const [what, text, outcome] of EDGES) {
  Deno.test(`undici agrees on ${what}: ${outcome}`, async () => {
    for (const pieces of [cutAt(text, []), cutAt(text, [text.length - 1]), cutAt(text, [20, 40, 60])]) {
      const [[own], [undici]] = await readBoth([{ method: "POST", pieces }]);
      assertAgreement(own, undici, text);
      assertEquals(own.open.outcome, outcome);
    }
  });
}

Deno.test("undici's Pool also sends a call once when its kept connection closes before the response", async () => {
  const server = await startRawServer((socket, nth) =>
    nth === 0 ? socket.write(`HTTP/1.1 200 OK\r\n${LENGTH_2}`) : socket.destroy()
  );
  const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: 1 });
  const send = () => pool.request({ method: "POST", path: "/", body: "{}" });
  try {
    await (await send()).body.text();
    await assertRejects(send, Error);
    assertEquals([server.requests.length, server.connections], [2, 1]);
  } finally {
    await pool.destroy();
    await server.close();
  }
});
