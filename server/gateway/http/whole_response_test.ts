import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { sendWhole } from "./whole_response.ts";

const DATE = ["Date", "Fri, 27 Nov 2026 20:00:00 GMT"];
const JSON_TYPE = ["Content-Type", "application/json"];

interface Case {
  name: string;
  status?: number;
  reason?: string;
  headers: string[];
  body: string;
  /** Headers that are set before. */
  set?: Record<string, string>;
}

const CASES: Case[] = [
  { name: "a usual one", headers: [...JSON_TYPE, ...DATE, "content-length", "11"], body: '{"id":"1"} ' },
  { name: "without a date", headers: [...JSON_TYPE, "Content-Length", "2"], body: "{}" },
  { name: "an error", status: 429, reason: "Too Many Requests", headers: [...DATE, "content-length", "2"], body: "{}" },
  { name: "an empty body", headers: [...DATE, "content-length", "0"], body: "" },
  { name: "without a body", status: 204, reason: "No Content", headers: DATE, body: "" },
  { name: "not modified", status: 304, reason: "Not Modified", headers: [...DATE, "etag", '"1"'], body: "" },
  {
    name: "a repeated header and bytes beyond ASCII",
    headers: ["set-cookie", "a=1", "set-cookie", "b=\xe9", ...DATE, "content-length", "3"],
    body: "\x00\xff\xe9",
  },
  { name: "headers set before", headers: [...DATE, "content-length", "2"], body: "{}", set: { vary: "origin" } },
  { name: "a reason of its own", reason: "Fine", headers: [...DATE, "content-length", "2"], body: "{}" },
];

const REQUESTS = {
  "kept open": "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n",
  "closed": "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
  "of HTTP/1.0": "POST / HTTP/1.0\r\ncontent-length: 0\r\n\r\n",
  "of HTTP/1.0, kept open": "POST / HTTP/1.0\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n",
  "HEAD": "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n",
};

/** All bytes that a server sends on one connection, on which all requests arrive together. */
async function answersTo(requests: string, answer: RequestListener): Promise<string> {
  const server = createServer({ keepAliveTimeout: 0 }, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let received = "";
  await new Promise<void>((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.on("data", (bytes) => received += bytes.toString("latin1"));
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.write(requests, "latin1");
  });
  await new Promise((resolve) => server.close(resolve));
  return received.replaceAll(/^(date: ).*$/gim, "$1now");
}

function byNode(response: ServerResponse, { status = 200, reason = "OK", headers, body }: Case): void {
  response.writeHead(status, reason, headers);
  response.end(body, "latin1");
}

const CLOSING = REQUESTS.closed;

for (const [name, request] of Object.entries(REQUESTS)) {
  Deno.test(`a whole response to a request ${name} is the one that Node writes`, async () => {
    for (const made of CASES) {
      const send = (by: typeof byNode) =>
        answersTo(request + (request === CLOSING ? "" : CLOSING), (_request, response) => {
          for (const [name, value] of Object.entries(made.set ?? {})) response.setHeader(name, value);
          by(response, made);
        });
      const ours = await send((response, { status = 200, reason = "OK", headers, body }) =>
        sendWhole(response, { status, reason, headers }, body)
      );
      assertEquals(ours, await send(byNode), made.name);
    }
  });
}

Deno.test("a body whose head has no length gets one", async () => {
  const head = { status: 200, reason: "OK", headers: [...JSON_TYPE, ...DATE] };
  const answer = await answersTo(
    REQUESTS["kept open"] + CLOSING,
    (_request, response) => sendWhole(response, head, "{}"),
  );
  assertEquals(answer.match(/content-length: 2/gi)?.length, 2);
  assertEquals(answer.split("{}").length, 3);
});

Deno.test("after a head that Node does not write, the response can be used for an error", async () => {
  const answer = await answersTo(CLOSING, (_request, response) => {
    try {
      sendWhole(response, { status: 200, reason: "OK", headers: ["a", "b\n"] }, "{}");
    } catch {
      response.writeHead(502, "Bad Gateway", ["content-length", "1"]);
      response.end("!");
    }
  });
  assertEquals(answer.slice(0, 24), "HTTP/1.1 502 Bad Gateway");
  assertEquals(answer.at(-1), "!");
});

Deno.test("responses share one function, because V8 would keep the calls of their own ones alive", async () => {
  const writers: unknown[] = [];
  await answersTo(REQUESTS["kept open"].repeat(2) + CLOSING, (_request, response) => {
    sendWhole(response, { status: 200, reason: "OK", headers: [...DATE, "content-length", "2"] }, "{}");
    writers.push(response.writeHead);
  });
  assertEquals(writers.length, 3);
  assert(writers[0] === writers[1]);
});
