/**
 * What a status answer is compared with: the same size, the same type, no work. Arguments: bytes, and `node` for the server
 * that the front door is.
 */
import { createServer } from "node:http";

const body = JSON.stringify({ status: "x".repeat(Number(Deno.args[0])) });
const headers = { "content-type": "application/json" };
const hostname = "127.0.0.1";
const say = (port: number) => console.log(`http://${hostname}:${port} listens`);

if (Deno.args[1] === "node") {
  const server = createServer((_request, response) => {
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  });
  server.listen(0, hostname, () => say((server.address() as { port: number }).port));
} else {
  Deno.serve({ port: 0, hostname, onListen: ({ port }) => say(port) }, () => new Response(body, { headers }));
}
