/**
 * The baseline for a status answer: the same size and type without work. Arguments: bytes, and `node` for a server on
 * `node:http` like the service.
 */
import { createServer } from "node:http";

const body = JSON.stringify({ status: "x".repeat(Number(Deno.args[0])) });
const headers = { "content-type": "application/json" };
const hostname = "127.0.0.1";
const announce = (port: number) => console.log(`http://${hostname}:${port} is listening`);

if (Deno.args[1] === "node") {
  const server = createServer((_request, response) => {
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  });
  server.listen(0, hostname, () => announce((server.address() as { port: number }).port));
} else {
  Deno.serve({ port: 0, hostname, onListen: ({ port }) => announce(port) }, () => new Response(body, { headers }));
}
