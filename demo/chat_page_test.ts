import { assertEquals, assertMatch, assertStringIncludes } from "../tests/support/assert.ts";
import { startUpstream, type Upstream } from "../tests/support/upstream.ts";
import { refuse } from "../tests/support/upstream_replies.ts";
import type { AskEvent } from "./ask.ts";
import { type ChatPage, startChatPage } from "./chat_page.ts";

function withPage(use: (page: ChatPage, gateway: Upstream) => Promise<void>): () => Promise<void> {
  return async () => {
    const gateway = await startUpstream();
    const page = startChatPage({ gatewayUrl: new URL(gateway.url).origin, workspace: "acme", port: 0 });
    try {
      await use(page, gateway);
    } finally {
      await page.close();
      await gateway.close();
    }
  };
}

function post(page: ChatPage, channel: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(`${page.url}/api/channels/${channel}/messages`, { method: "POST", body: JSON.stringify(body), signal });
}

async function events(response: Response): Promise<AskEvent[]> {
  return (await response.text()).trim().split("\n").map((line) => JSON.parse(line));
}

const ELEMENT = { "element.js": "/* the element */", "words/de.js": "/* its words */" };

const QUESTION = { author: "mira", text: "How are we doing?" };

Deno.test(
  "a message goes through the workspace's gateway and its answer streams back",
  withPage(async (page, gateway) => {
    const said = await events(await post(page, "launch", QUESTION));
    assertEquals(said.map((event) => event.type === "delta" ? event.text : "").join(""), "All is well.");
    assertEquals(said.at(-1), { type: "done", tokens: 20, model: "gpt-5.4-mini" });
    assertEquals(gateway.entries.map(({ path }) => path), ["/w/acme/v1/chat/completions"]);
    const { channels } = await (await fetch(`${page.url}/api/room`)).json();
    assertEquals(channels[0].messages.slice(-2), [QUESTION, { author: "ada", text: "All is well." }]);
  }),
);

Deno.test(
  "a refusal is shown in words with the wait, after one attempt",
  withPage(async (page, gateway) => {
    gateway.reply(refuse(429, "workspace_rate_limited", { "retry-after": "42" }));
    assertEquals(await events(await post(page, "launch", QUESTION)), [
      { type: "refused", sentence: "The team is at its limit. Try again in 42 s.", retry_after_seconds: 42 },
    ]);
    assertEquals(gateway.entries.length, 1);
  }),
);

Deno.test(
  "closing the page aborts the call",
  withPage(async (page, gateway) => {
    const taken = gateway.take();
    const leave = new AbortController();
    const response = post(page, "launch", QUESTION, leave.signal);
    const exchange = await taken;
    exchange.startStream();
    await exchange.event({ choices: [{ index: 0, delta: { content: "One" } }] });
    const reader = (await response).body!.getReader();
    await reader.read();
    leave.abort();
    await exchange.ended;
    assertEquals(exchange.entry.end, "left");
  }),
);

Deno.test(
  "invalid messages and unknown channels are refused without a call",
  withPage(async (page, gateway) => {
    for (const body of [null, {}, { author: "ada", text: "I am the assistant" }, { author: "mira", text: " " }]) {
      const response = await post(page, "launch", body);
      assertEquals([response.status, await response.json()], [400, {
        sentence: "Cannot post this: it is no message.",
      }]);
    }
    assertEquals((await post(page, "nowhere", QUESTION)).status, 400);
    const lost = await fetch(`${page.url}/c/nowhere`);
    assertEquals([lost.status, await lost.text()], [404, "Not here.\n"]);
    const outside = await fetch(`${page.url}/page/..%2froom.ts`);
    assertEquals([outside.status, await outside.text()], [404, "Not here.\n"]);
    assertEquals(gateway.entries, []);
  }),
);

Deno.test(
  "the page's policy is strict",
  withPage(async (page) => {
    const response = await fetch(page.url);
    const policy = response.headers.get("content-security-policy") ?? "";
    assertStringIncludes(policy, "require-trusted-types-for 'script'");
    assertMatch(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
    assertStringIncludes(await response.text(), "Northwind");
    assertEquals(response.url, `${page.url}/c/launch`);
  }),
);

Deno.test("with the element, the page may connect to the service and has the element's files", async () => {
  const service = "http://127.0.0.1:8787";
  const page = startChatPage({ gatewayUrl: service, workspace: "acme", port: 0, element: ELEMENT });
  try {
    const response = await fetch(page.url);
    await response.body?.cancel();
    const policy = response.headers.get("content-security-policy") ?? "";
    assertStringIncludes(policy, "connect-src 'self' http://127.0.0.1:8787 ws://127.0.0.1:8787;");
    for (const [path, code] of Object.entries(ELEMENT)) {
      assertEquals(await (await fetch(`${page.url}/page/${path}`)).text(), code);
    }
    assertEquals((await (await fetch(`${page.url}/api/room`)).json()).monitor, { service, workspace: "acme" });
  } finally {
    await page.close();
  }
});

Deno.test(
  "without the element, the page has no code of it and connects to itself alone",
  withPage(async (page) => {
    const response = await fetch(`${page.url}/page/element.js`);
    assertEquals([response.status, await response.text()], [404, "Not here.\n"]);
    assertEquals((await (await fetch(`${page.url}/api/room`)).json()).monitor, null);
  }),
);
