/** Our reading of HTTP against Node's own: whatever bytes come, cut wherever they may be, both say the same. */
import { Buffer } from "node:buffer";
import { Agent, request } from "node:http";
import fc from "fast-check";
import { assertEquals } from "../../../tests/support/assert.ts";
import { startRawServer } from "../../../tests/support/raw_server.ts";
import type { AnswerHead } from "./answer_head.ts";
import { createUpstream } from "./upstream.ts";

interface Told {
  status: number;
  reason: string;
  raw: string[];
  body: string;
}

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/).filter((name) =>
  !/^(content-length|transfer-encoding|connection|trailer|upgrade|keep-alive)$/i.test(name)
);
const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const answer = fc.record({
  status: fc.constantFrom(200, 201, 204, 304, 400, 404, 429, 500, 503, 599),
  reason: fc.stringMatching(/^[A-Za-z ]{0,20}$/).map((reason) => reason.trim()),
  headers: fc.array(fc.tuple(name, fc.constantFrom("", " ", "\t "), value), { maxLength: 8 }),
  body: fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 5 }),
  chunked: fc.boolean(),
  closes: fc.boolean(),
  cuts: fc.array(fc.nat(), { maxLength: 6 }),
});
type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never;

function wire({ status, reason, headers, body, chunked, closes }: Answer): Buffer {
  const parts = body.map((part) => Buffer.from(part));
  const all = Buffer.concat(parts);
  const empty = status === 204 || status === 304;
  const lines = headers.map(([name, blank, value]) => `${name}:${blank}${value}`);
  lines.push(chunked && !empty ? "Transfer-Encoding: chunked" : `Content-Length: ${empty ? 0 : all.length}`);
  if (closes) lines.push("Connection: close");
  const chunks = parts.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]);
  const framed = chunked ? Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]) : all;
  const head = Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n${lines.join("\r\n")}\r\n\r\n`);
  return Buffer.concat([head, empty ? Buffer.alloc(0) : framed]);
}

function byNode(port: number, agent: Agent): Promise<Told> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", agent, method: "POST" }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const { statusCode, statusMessage, rawHeaders } = answer;
        resolve({
          status: statusCode!,
          reason: statusMessage!,
          raw: rawHeaders,
          body: Buffer.concat(parts).toString("latin1"),
        });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

function byOurs(upstream: ReturnType<typeof createUpstream>): Promise<Told> {
  return new Promise((resolve, reject) => {
    let head: AnswerHead;
    const parts: Buffer[] = [];
    upstream.send({ method: "POST", path: "", headers: {}, body: Buffer.alloc(0) }, {
      head: (came) => head = came,
      data: (part) => parts.push(part),
      end: () => {
        const { status, reason, raw } = head;
        resolve({ status, reason, raw, body: Buffer.concat(parts).toString("latin1") });
      },
      failed: ({ code }) => reject(new Error(code)),
    });
  });
}

Deno.test("answers of all shapes, in all pieces, are read as Node reads them", async () => {
  let current: Answer;
  const server = await startRawServer(async (socket) => {
    const bytes = wire(current);
    const places = [...new Set(current.cuts.map((at) => at % bytes.length))].sort((a, b) => a - b);
    const { closes } = current;
    socket.setNoDelay(true);
    for (const [at, from] of [0, ...places].entries()) {
      await new Promise<void>((resolve) =>
        socket.write(bytes.subarray(from, places[at] ?? bytes.length), () => resolve())
      );
    }
    if (closes) socket.end();
  });
  const agent = new Agent({ keepAlive: true });
  const upstream = createUpstream(`http://127.0.0.1:${server.port}`);
  try {
    await fc.assert(
      fc.asyncProperty(answer, async (asked) => {
        current = asked;
        const node = await byNode(server.port, agent);
        assertEquals(await byOurs(upstream), node);
      }),
      { numRuns: 300 },
    );
  } finally {
    upstream.close();
    agent.destroy();
    await server.close();
  }
});
