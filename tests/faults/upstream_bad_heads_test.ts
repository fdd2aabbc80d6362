import { WebSocket } from "ws";
import { assertEquals } from "../support/assert.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { readConfig } from "../../server/config/config.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { type Service, startService } from "../../server/service.ts";
import { startRawServer } from "../support/raw_server.ts";

/** The bytes that no reason phrase and no header may contain. */
const CONTROL = [...Array(0x20).keys(), 0x7f].filter((byte) => byte !== 0x09).map((byte) => String.fromCharCode(byte));

/** Heads with such a byte in each place that can have one. */
const REASONS: Record<string, (byte: string) => string> = {
  "reason phrase": (byte) => `HTTP/1.1 200 O${byte}K\r\n`,
  "error's reason phrase": (byte) => `HTTP/1.1 500 O${byte}K\r\n`,
};
const HEADERS: Record<string, (byte: string) => string> = {
  "header name": (byte) => `HTTP/1.1 200 OK\r\nx-${byte}a: b\r\n`,
  "header value": (byte) => `HTTP/1.1 200 OK\r\nx-a: b${byte}c\r\n`,
};

/** A body that the gateway buffers, one that it passes on as it arrives, and a stream. */
const BODIES: Record<string, string> = { "application/json": "{}", "audio/mpeg": "sound", "text/event-stream": "" };

/** Runs a test with a service whose upstream writes the bytes in `reply`. */
async function withRawUpstream(use: (service: Service, reply: { bytes: string }) => Promise<void>): Promise<void> {
  const reply = { bytes: "" };
  const upstream = await startRawServer((socket) => socket.end(reply.bytes, "latin1"));
  const config = readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: `http://127.0.0.1:${upstream.port}/v1` });
  const service = await startService({ config, ledger: openMemoryLedger(), clock: systemClock(), log: () => {} });
  try {
    await use(service, reply);
  } finally {
    await upstream.close();
    await service.stop(0);
  }
}

for (const [place, head] of Object.entries(HEADERS)) {
  Deno.test(`FAULT 63: an upstream's ${place} with a control character becomes 502, and the service goes on answering`, () =>
    withRawUpstream(async ({ url, tracker }, reply) => {
      const send = () => fetch(`${url}/w/acme/v1/responses`, { method: "POST", body: "{}" });
      for (const byte of CONTROL) {
        for (const [type, body] of Object.entries(BODIES)) {
          reply.bytes = `${head(byte)}content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
          const response = await send();
          const { error } = await response.json();
          assertEquals([response.status, error.code], [502, "upstream_unreachable"], JSON.stringify([type, byte]));
        }
      }
      reply.bytes = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
      assertEquals((await send()).status, 200);
      const { usage } = tracker.status("acme");
      assertEquals([usage.attempts, tracker.inFlight], [CONTROL.length * 3 + 1, 0]);
    }));
}

for (const [place, head] of Object.entries(REASONS)) {
  Deno.test(`FAULT 63: an upstream's ${place} with a control character is left out, and the response is forwarded`, () =>
    withRawUpstream(async ({ url }, reply) => {
      for (const byte of CONTROL.filter((byte) => !/[\r\n]/.test(byte))) {
        for (const [type, body] of Object.entries(BODIES)) {
          reply.bytes = `${head(byte)}content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
          const response = await fetch(`${url}/w/acme/v1/responses`, { method: "POST", body: "{}" });
          const received = [response.status, response.statusText.includes(byte), await response.text()];
          assertEquals(received, [Number(head(byte).slice(9, 12)), false, body], JSON.stringify([type, byte]));
        }
      }
    }));
}

for (const [place, head] of Object.entries({ ...REASONS, ...HEADERS })) {
  Deno.test(`FAULT 63: an upstream's ${place} with a control character refuses a WebSocket, and the service goes on`, () =>
    withRawUpstream(async ({ url }, reply) => {
      for (const byte of CONTROL) {
        reply.bytes = `${head(byte)}content-length: 2\r\n\r\n{}`;
        const socket = new WebSocket(`${url.replace("http", "ws")}/w/acme/v1/responses`);
        const status = Promise.withResolvers<number>();
        socket.on("unexpected-response", (_request, { statusCode }) => status.resolve(statusCode!));
        socket.on("error", status.reject);
        assertEquals(await status.promise, 502, JSON.stringify(byte));
        socket.terminate();
      }
      assertEquals((await fetch(`${url}/healthz`).then((response) => response.json())).status, "ok");
    }));
}
