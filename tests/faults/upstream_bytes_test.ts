/** Every byte in every place of an upstream's response: the service lives, and the next call is answered. */
import { readConfig } from "../../server/config/config.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { startService } from "../../server/service.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { startRawServer } from "../support/raw_server.ts";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
const GOOD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/** Responses with a byte in each place that a parser reads. */
const PLACES: Record<string, (byte: string) => string> = {
  "the beginning": (byte) => `${byte}${GOOD}`,
  "the protocol": (byte) => `HTTP/1.${byte} 200 OK\r\ncontent-length: 2\r\n\r\n{}`,
  "the status": (byte) => `HTTP/1.1 2${byte}0 OK\r\ncontent-length: 2\r\n\r\n{}`,
  "the end of the status": (byte) => `HTTP/1.1 200${byte}OK\r\ncontent-length: 2\r\n\r\n{}`,
  "the reason": (byte) => `HTTP/1.1 200 O${byte}K\r\ncontent-length: 2\r\n\r\n{}`,
  "a header's name": (byte) => `${HEAD}x${byte}y: z\r\ncontent-length: 2\r\n\r\n{}`,
  "a header's value": (byte) => `${HEAD}x: y${byte}z\r\ncontent-length: 2\r\n\r\n{}`,
  "the length": (byte) => `${HEAD}content-length: 2${byte}\r\n\r\n{}`,
  "the coding": (byte) => `${HEAD}transfer-encoding: chunked${byte}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  "the end of the head": (byte) => `${HEAD}content-length: 2\r\n${byte}\r\n{}`,
  "a chunk's size": (byte) => `${CHUNKED}2${byte}\r\n{}\r\n0\r\n\r\n`,
  "a chunk's extension": (byte) => `${CHUNKED}2;a=${byte}\r\n{}\r\n0\r\n\r\n`,
  "a quoted extension": (byte) => `${CHUNKED}2;a="${byte}"\r\n{}\r\n0\r\n\r\n`,
  "the end of a chunk": (byte) => `${CHUNKED}2\r\n{}${byte}\r\n0\r\n\r\n`,
  "the last chunk": (byte) => `${CHUNKED}2\r\n{}\r\n0${byte}\r\n\r\n`,
  "a trailer's name": (byte) => `${CHUNKED}2\r\n{}\r\n0\r\nx${byte}y: z\r\n\r\n`,
  "a trailer's value": (byte) => `${CHUNKED}2\r\n{}\r\n0\r\nx: y${byte}z\r\n\r\n`,
  "the body of an error": (byte) =>
    `HTTP/1.1 429 No\r\ncontent-type: application/json\r\ncontent-length: 3\r\n\r\n{${byte}}`,
};

/** Calls under way at a time. */
const AT_ONCE = 16;

Deno.test("FAULT 63: each byte in each place of a response ends in 502, a response or a cut one, and the next call is answered", async () => {
  const upstream = await startRawServer((socket) => {
    const asked = /x-reply: (\d+)/.exec(upstream.requests.at(-1)!)!;
    socket.end(replies[Number(asked[1])], "latin1");
  });
  const replies = Object.values(PLACES).flatMap((reply) =>
    Array.from({ length: 256 }, (_, byte) => reply(String.fromCharCode(byte)))
  );
  replies.push(GOOD);
  const log: string[] = [];
  const config = readConfig({
    PORT: "0",
    QUOTA_MODE: "observe",
    QUOTA_UPSTREAM_URL: `http://127.0.0.1:${upstream.port}/v1`,
  });
  const { url, tracker, stop } = await startService({
    config,
    ledger: openMemoryLedger(),
    clock: systemClock(),
    log: (event, fields) => log.push(`${event} ${JSON.stringify(fields)}`),
  });
  const statuses: Record<number, number> = {};
  const call = async (reply: number) => {
    const headers = { "content-type": "application/json", "x-reply": `${reply}` };
    const response = await fetch(`${url}/w/acme/v1/responses`, { method: "POST", headers, body: "{}" });
    const body = await response.text().catch(() => "cut");
    assert([200, 429, 502].includes(response.status) || reply < 256 * 3, `${response.status} for ${replies[reply]}`);
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    return `${response.status} ${body}`;
  };
  let next = 0;
  const worker = async () => {
    while (next < replies.length - 1) await call(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  assertEquals([await call(replies.length - 1), tracker.inFlight], ["200 {}", 0]);
  assert(statuses[502] > 1000 && statuses[200] > 1000 && statuses[429] > 200, JSON.stringify(statuses));
  assertEquals(log.filter((line) => /failed|uncaught/.test(line)), []);
  await stop(0);
  await upstream.close();
});
