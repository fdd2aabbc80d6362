/** Serves Converse.js from its npm package, with a page that loads it, and the XMPP server that it connects to. */
import { extname } from "node:path";
import { FOLDER } from "./real_page.ts";
import { addressOf, DOMAIN, ROOMS, XmppSession } from "./xmpp_session.ts";

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const SETTINGS = {
  allow_bookmarks: false, // Opening a room by its address waits for bookmarks.
  assets_path: "/",
  authentication: "anonymous",
  auto_join_rooms: [addressOf(ROOMS[0])],
  auto_login: true,
  discover_connection_methods: false,
  i18n: "en",
  jid: DOMAIN,
  nickname: "Grace",
  view_mode: "fullscreen",
};

interface ConverseServer {
  url: string;
  /** The newest connection of a page. */
  session(): XmppSession;
  stop(): Promise<void>;
}

/** @param settings of Converse.js, in place of the ones above. */
export function serveConverse(settings: Record<string, unknown>): ConverseServer {
  let session: XmppSession | null = null;
  const page = pageOf({ ...SETTINGS, ...settings });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response(page, { headers: { "content-type": "text/html" } });
    if (pathname !== "/xmpp") return fileOf(pathname);
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "xmpp" });
    const opened = session = new XmppSession((stanza) => socket.send(stanza));
    socket.onmessage = ({ data }) => opened.receive(data);
    return response;
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    session() {
      if (!session) throw new Error("Cannot send a message: Converse.js has not connected");
      return session;
    },
    stop: () => server.shutdown(),
  };
}

function pageOf(settings: Record<string, unknown>): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Converse.js</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/converse.min.css"></head>
<body class="converse-fullscreen"><converse-bg></converse-bg><script type="module">
import "/converse.min.js";
converse.initialize({ ...${JSON.stringify(settings)}, websocket_url: "ws://" + location.host + "/xmpp" });
</script></body></html>`;
}

async function fileOf(pathname: string): Promise<Response> {
  const file = await Deno.readFile(`${FOLDER}/node_modules/converse.js/dist${pathname}`).catch(() => null);
  if (!file) return new Response(null, { status: 404 });
  return new Response(file, { headers: { "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" } });
}
