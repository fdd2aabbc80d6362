/** The demo in a real Chromium after some calls of the official SDK, for pictures. */
import OpenAI from "openai";
import { startChatPage } from "../../demo/chat_page.ts";
import { startDemoUpstream } from "../../demo/upstream.ts";
import { openChat } from "../e2e/surfaces.ts";
import { type ExtensionBrowser, launchBrowser, type Tab } from "../support/browsers.ts";
import { configure } from "../support/extension.ts";
import { startService } from "../support/service.ts";

const LIMITS = {
  OPENAI_RATE_LIMIT_PER_MINUTE: "30",
  OPENAI_RATE_LIMIT_PER_DAY: "400",
  OPENAI_TOKEN_LIMIT_PER_MINUTE: "8000",
};

/** The open pages of the demo. */
export interface DemoScene {
  browser: ExtensionBrowser;
  chat: Tab;
  options: Tab;
}

/** @param stack ends the scene. */
export async function startDemoScene(stack: AsyncDisposableStack, scheme: "light" | "dark"): Promise<DemoScene> {
  const upstream = await startDemoUpstream();
  stack.defer(() => upstream.close());
  const service = await startService({ upstream: upstream.url, env: LIMITS });
  stack.defer(() => service.close());
  const page = startChatPage({ gatewayUrl: service.url, workspace: "demo", port: 0 });
  stack.defer(() => page.close());
  const browser = await launchBrowser("chromium", { scheme });
  stack.defer(() => browser.close());
  await configure(browser, { server_url: service.url, workspace_id: "demo", chat_page: page.url });
  await callOften(service.gateway("demo"));
  const options = await browser.openOptions();
  return { browser, options, chat: await openChat(browser, options, `${page.url}/c/launch`) };
}

/** Sends calls of the official SDK. */
export async function callOften(baseURL: string, calls = 18): Promise<void> {
  const client = new OpenAI({ baseURL, apiKey: "sk-demo" });
  const messages = [{ role: "user" as const, content: "What is the plan for Thursday's release? ".repeat(4) }];
  const ask = () => client.chat.completions.create({ model: "gpt-5.4", messages, max_completion_tokens: 60 });
  await Promise.all(Array.from({ length: calls }, ask));
}
