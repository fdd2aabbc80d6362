/** The demo's chat page: a small server that sends messages through the gateway. The browser tests use it too. */
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import * as z from "zod/mini";
import { ask, gatewayClient } from "./ask.ts";
import { ASSISTANT, type Channel, type Message, openRoom, PEOPLE, say } from "./room.ts";

interface ChatPageOptions {
  /** Origin of the service. */
  gatewayUrl: string;
  workspace: string;
  /** 0 chooses a free port. */
  port: number;
  /** The files of `<quota-gauge>` by their path: the page then shows it itself. The service has to allow its origin. */
  element?: Record<string, string>;
}

export interface ChatPage {
  /** Origin, without a trailing slash; `/c/launch` and `/c/support` are its two channels. */
  url: string;
  close(): Promise<void>;
}

const FILES: Record<string, string> = {
  "style.css": "text/css; charset=utf-8",
  "app.js": "text/javascript; charset=utf-8",
  "view.js": "text/javascript; charset=utf-8",
  "ask.js": "text/javascript; charset=utf-8",
};

const Question = z.strictObject({
  author: z.enum(PEOPLE.filter(({ id }) => id !== ASSISTANT).map(({ id }) => id)),
  text: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)),
});

/** Serves the page until it is closed. */
export function startChatPage(options: ChatPageOptions): ChatPage {
  const closing = new AbortController();
  const app = chatApp(options, closing.signal);
  const server = Deno.serve({ hostname: "127.0.0.1", port: options.port, onListen: () => {} }, app.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    close: async () => {
      closing.abort();
      await server.shutdown();
    },
  };
}

function chatApp({ gatewayUrl, workspace, element }: ChatPageOptions, closing: AbortSignal): Hono {
  const monitor = element === undefined ? null : { service: gatewayUrl, workspace };
  const client = gatewayClient(gatewayUrl, workspace);
  const channels = openRoom();
  const app = new Hono();
  app.use(strict(monitor ? [gatewayUrl, gatewayUrl.replace("http", "ws")] : []));
  app.get("/", (c) => c.redirect(`/c/${channels[0].id}`));
  app.get("/c/:channel", (c) => file(channel(c.req.param("channel")) ? "index.html" : null));
  for (const [path, code] of Object.entries(element ?? {})) app.get(`/page/${path}`, () => text(code, FILES["app.js"]));
  app.get("/page/:file", (c) => file(c.req.param("file")));
  app.get("/api/room", (c) => c.json({ people: PEOPLE, assistant: ASSISTANT, channels, monitor }));
  app.post("/api/channels/:channel/messages", async (c) => {
    const where = channel(c.req.param("channel"));
    const question = Question.safeParse(await c.req.json().catch(() => null));
    if (!where || !question.success) return c.json({ sentence: "Cannot post this: it is no message." }, 400);
    say(where, question.data);
    const body = answer(where, question.data);
    return c.body(body, 200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  });
  return app;

  function channel(id: string): Channel | undefined {
    return channels.find((channel) => channel.id === id);
  }

  /** The answer as lines of JSON. Closing the page aborts the call. */
  function answer(where: Channel, question: Message): ReadableStream<Uint8Array<ArrayBuffer>> {
    const left = new AbortController();
    const events = ask(client, where, question, AbortSignal.any([left.signal, closing]));
    let text = "";
    return new ReadableStream<string>({
      async pull(controller) {
        const { value, done } = await events.next();
        if (value?.type === "delta") text += value.text;
        if (value) controller.enqueue(`${JSON.stringify(value)}\n`);
        if (!done) return;
        if (text) say(where, { author: ASSISTANT, text }, question);
        controller.close();
      },
      cancel: () => left.abort(),
    }).pipeThrough(new TextEncoderStream());
  }
}

/**
 * The strictest policy, so that a widget that works here works on any page.
 *
 * @param services the addresses that the page itself connects to.
 */
function strict(services: string[]) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'", ...services],
      imgSrc: ["data:"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    strictTransportSecurity: false,
  });
}

async function file(name: string | null): Promise<Response> {
  const type = name === "index.html" ? "text/html; charset=utf-8" : name && FILES[name];
  return text(type ? await Deno.readTextFile(new URL(`./page/${name}`, import.meta.url)) : null, `${type}`);
}

function text(body: string | null, type: string): Response {
  if (body === null) return new Response("Not here.\n", { status: 404, headers: { "content-type": "text/plain" } });
  return new Response(body, { headers: { "content-type": type, "cache-control": "no-cache" } });
}
