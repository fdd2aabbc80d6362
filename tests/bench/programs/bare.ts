/** The baseline: the shortest possible gateway for Deno, which counts nothing. */
const [upstream] = Deno.args;

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port} is listening`),
}, (request) => {
  const { pathname, search } = new URL(request.url);
  return fetch(upstream + pathname + search, { method: request.method, headers: request.headers, body: request.body });
});
