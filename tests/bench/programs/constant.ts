/** What a status answer is compared with: the same size, the same type, no work. */
const body = JSON.stringify({ status: "x".repeat(Number(Deno.args[0])) });
const init = { headers: { "content-type": "application/json" } };

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port} listens`),
}, () => new Response(body, init));
