/** The baseline for our data path: `node:http` on both sides, with bodies buffered as in the gateway, without counting. */
import { Buffer } from "node:buffer";
import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const upstream = new URL(Deno.args[0]);
const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });

const server = createServer((request, response) => {
  const body: Buffer[] = [];
  request.on("data", (part: Buffer) => body.push(part));
  request.on("end", () => {
    const { method, headers, url: path } = request;
    const options = { host: upstream.hostname, port: upstream.port, method, path, headers, agent };
    send(options, (answer) => pass(answer, response)).end(Buffer.concat(body));
  });
});

function pass(answer: IncomingMessage, response: ServerResponse): void {
  const { "transfer-encoding": _, connection: __, "keep-alive": ___, ...headers } = answer.headers;
  response.writeHead(answer.statusCode!, headers);
  if (headers["content-type"]?.includes("event-stream")) {
    answer.on("data", (part: Buffer) => {
      if (response.write(part)) return;
      answer.pause();
      response.once("drain", () => answer.resume());
    });
    answer.on("end", () => response.end());
    return;
  }
  const parts: Buffer[] = [];
  answer.on("data", (part: Buffer) => parts.push(part));
  answer.on("end", () => response.end(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
}

server.listen(
  0,
  "127.0.0.1",
  () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port} is listening`),
);
