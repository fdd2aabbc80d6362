/** A page for the widget: text and a style sheet, and no work after its load. */
const LINES = Array.from({ length: 200 }, (_, line) => `<p>Message ${line}: ${"words ".repeat(20)}</p>`).join("\n");
const HTML = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Chat</title>
<style>body { font: 16px sans-serif; margin: 2rem } p { border-bottom: 1px solid #ccc }</style></head>
<body><h1>Chat</h1>${LINES}</body></html>`;

export interface ChatPage extends AsyncDisposable {
  port: number;
}

export function serveChatPage(): ChatPage {
  const answer = () => new Response(HTML, { headers: { "content-type": "text/html; charset=utf-8" } });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}
