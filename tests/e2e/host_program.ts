/** Runs a part of the stage as a process of its own, on another host: `provider` or `chat`. It prints its address. */
import { startChatPage } from "../../demo/chat_page.ts";
import { startAiMock } from "../support/aimock.ts";

const [part] = Deno.args;
const { url } = part === "provider"
  ? await startAiMock()
  : startChatPage({ gatewayUrl: "http://127.0.0.1:1", workspace: "acme", port: 0 });
console.log(url);
