/** The ledger's outcome is what the caller saw, also where a response cannot be forwarded or read. */
import OpenAI from "openai";
import { clientFactory } from "../../server/client/client_factory.ts";
import { readConfig } from "../../server/config/config.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { startService } from "../../server/service.ts";
import { until } from "../api/running.ts";
import { HELLO } from "../integration/room.ts";
import { assertEquals } from "../support/assert.ts";
import { startRawServer } from "../support/raw_server.ts";
import { chatChunks, chatCompletion } from "../support/upstream_bodies.ts";

const BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

interface Answer {
  status: number;
  type: string;
  body: string;
}

const withLength = (line: string, { status, type, body }: Answer) =>
  `HTTP/1.1 ${status} X\r\n${line}content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const inChunks = ({ status, type, body }: Answer, size: string, end: string) =>
  `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n` +
  `${body.length.toString(16)}${size}\r\n${body}\r\n0\r\n${end}\r\n`;

const PLACES: Record<string, (byte: string, answer: Answer) => string> = {
  "a header's value": (byte, answer) => withLength(`x-a: b${byte}c\r\n`, answer),
  "a header's name": (byte, answer) => withLength(`x-${byte}a: b\r\n`, answer),
  "a limit": (byte, answer) =>
    withLength(`x-ratelimit-limit-requests: 5${byte}0\r\nx-ratelimit-remaining-requests: 4\r\n`, answer),
  "the reason": (byte, answer) => withLength("", answer).replace(" X\r\n", () => ` O${byte}K\r\n`),
  "a chunk's extension": (byte, answer) => inChunks(answer, `;a=${byte}`, ""),
  "a trailer": (byte, answer) => inChunks(answer, "", `x-a: b${byte}c\r\n`),
};

const JSON_BODY = JSON.stringify(chatCompletion("gpt-5.4"));
const STREAM_BODY = chatChunks("gpt-5.4", true).map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") +
  "data: [DONE]\n\n";
const ERROR_BODY = '{"error":{"message":"Slow down","type":"requests","code":"slow"}}';

const ANSWERS: [name: string, status: number, type: string, body: string][] = [
  ["JSON", 200, "application/json", JSON_BODY],
  ["a stream", 200, "text/event-stream", STREAM_BODY],
  ["another type", 200, "application/octet-stream", JSON_BODY],
  ["an error", 400, "application/json", ERROR_BODY],
];

for (const way of ["client", "gateway"] as const) {
  for (const [name, status, type, body] of ANSWERS) {
    Deno.test(`FAULT 63: the ledger agrees with the caller on ${name} with any byte in its parts (${way})`, async () => {
      let reply = "";
      const upstream = await startRawServer((socket) => socket.end(reply, "latin1"));
      const url = `http://127.0.0.1:${upstream.port}/v1`;
      const config = readConfig({ PORT: "0", QUOTA_MODE: "observe", QUOTA_UPSTREAM_URL: url });
      const ledger = openMemoryLedger();
      const service = await startService({ config, ledger, clock: systemClock(), log: () => {} });
      const options = { apiKey: "sk-caller", maxRetries: 0 };
      const client = way === "client"
        ? clientFactory(service.tracker)("acme", { ...options, baseURL: url })
        : new OpenAI({ ...options, baseURL: `${service.url}/w/acme/v1` });
      const stream = type === "text/event-stream";
      const call = async () => {
        try {
          const answer = await client.chat.completions.create({ ...HELLO, stream });
          if (stream) await Array.fromAsync(answer as AsyncIterable<unknown>);
          return "ok";
        } catch {
          return "failed";
        }
      };
      try {
        for (const [place, bytesOf] of Object.entries(PLACES)) {
          for (const byte of BYTES) {
            reply = bytesOf(byte, { status, type, body });
            const saw = await call();
            await until(() => service.tracker.inFlight === 0, "the end of the attempt");
            await service.tracker.flushed();
            const [row] = await ledger.attempts("acme", 1);
            assertEquals(
              row.outcome,
              saw,
              `${place}, byte ${byte.charCodeAt(0)}: ${Deno.inspect(row)}`,
            );
          }
        }
      } finally {
        await upstream.close();
        await service.stop(0);
      }
    });
  }
}
