import { assertEquals } from "../support/assert.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { readConfig } from "../../server/config/config.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { startService } from "../../server/service.ts";
import { startRawServer } from "../support/raw_server.ts";

/** The bytes that no reason phrase and no header may contain. */
const CONTROL = [...Array(0x20).keys(), 0x7f].filter((byte) => byte !== 0x09).map((byte) => String.fromCharCode(byte));

/** Heads with such a byte in each place that can have one. */
const HEADS: Record<string, (byte: string) => string> = {
  "reason phrase": (byte) => `HTTP/1.1 200 O${byte}K\r\n`,
  "error's reason phrase": (byte) => `HTTP/1.1 500 O${byte}K\r\n`,
  "header name": (byte) => `HTTP/1.1 200 OK\r\nx-${byte}a: b\r\n`,
  "header value": (byte) => `HTTP/1.1 200 OK\r\nx-a: b${byte}c\r\n`,
};

/** A body that the gateway holds, one that it passes as it comes, and a stream. */
const BODIES: Record<string, string> = { "application/json": "{}", "audio/mpeg": "sound", "text/event-stream": "" };

for (const [place, head] of Object.entries(HEADS)) {
  Deno.test(`an upstream's ${place} with a control character becomes 502, and the service goes on answering`, async () => {
    let reply = "";
    const upstream = await startRawServer((socket) => socket.write(reply, "latin1"));
    const config = readConfig({ PORT: "0", OPENAI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1` });
    const service = await startService({ config, ledger: openMemoryLedger(), clock: systemClock(), log: () => {} });
    const send = (path: string) => fetch(`${service.url}${path}`, { method: "POST", body: "{}" });
    try {
      for (const byte of CONTROL) {
        for (const [type, body] of Object.entries(BODIES)) {
          // A line feed may end a line; the rest of the head is then another line, which has to be wrong as well.
          reply = `${head(byte)}content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
          const response = await send("/w/acme/v1/responses");
          const { error } = await response.json();
          assertEquals([response.status, error.code], [502, "upstream_unreachable"], JSON.stringify([type, byte]));
        }
      }
      reply = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
      assertEquals((await send("/w/acme/v1/responses")).status, 200);
      const { usage } = service.tracker.status("acme");
      assertEquals([usage.attempts, service.tracker.inFlight], [CONTROL.length * 3 + 1, 0]);
    } finally {
      await upstream.close();
      await service.stop(0);
    }
  });
}
