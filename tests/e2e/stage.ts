/** The whole system for a test: a third-party mock upstream, the real service, the chat page, a real browser. */
import OpenAI from "openai";
import { type ChatPage, startChatPage } from "../../demo/chat_page.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { QuotaTrackedOpenAI } from "../../server/client/sdk/openai_client.ts";
import { DEFAULT_SETTINGS } from "../../extension/state/settings.ts";
import { StatusBody } from "../../shared/quota.ts";
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { type AiMock, startAiMock } from "../support/aimock.ts";
import { type ExtensionBrowser, launchBrowser, type LaunchOptions, type Tab } from "../support/browsers.ts";
import { configure } from "../support/extension.ts";
import { type Service, startService } from "../support/service.ts";

export interface Stage {
  upstream: AiMock;
  service: Service;
  chat: ChatPage;
  browser: ExtensionBrowser;
  recorder: HttpRecorder;
  /** The official SDK through the gateway. */
  viaGateway(workspace: string): OpenAI;
  /** The tracked client, which calls the upstream directly and reports to the service. */
  tracked(workspace: string): QuotaTrackedOpenAI;
  status(workspace: string): Promise<StatusBody>;
}

/** Starts everything, runs the test, and stops everything. */
export async function onStage(
  name: BrowserName,
  play: (stage: Stage) => Promise<void>,
  env: Record<string, string> = {},
  launch: Partial<LaunchOptions> = {},
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const upstream = await startAiMock();
  cleanup.defer(() => upstream.close());
  const service = await startService({ upstream: upstream.url, env });
  cleanup.defer(() => service.close());
  const chat = startChatPage({ gatewayUrl: service.url, workspace: "acme", port: 0 });
  cleanup.defer(() => chat.close());
  const browser = await launchBrowser(name, launch);
  cleanup.defer(() => browser.close());
  const recorder = new HttpRecorder({ service_url: service.url });
  cleanup.defer(() => recorder.flush());
  await play({
    upstream,
    service,
    chat,
    browser,
    recorder,
    viaGateway: (workspace) => new OpenAI({ baseURL: service.gateway(workspace), apiKey: "sk-test" }),
    tracked: (workspace) => new QuotaTrackedOpenAI({ baseURL: upstream.url, apiKey: "sk-test", workspace, recorder }),
    status: async (workspace) => {
      const response = await fetch(`${service.url}/api/quota/status?workspace_id=${workspace}`);
      return StatusBody.parse(await response.json());
    },
  });
}

/** Configures the extension. Returns its options page, open and connected. */
export async function connect({ browser, service, chat }: Stage, workspace: string): Promise<Tab> {
  const chat_page = `${chat.url}/c/launch`;
  await configure(browser, { ...DEFAULT_SETTINGS, server_url: service.url, workspace_id: workspace, chat_page });
  const options = await browser.openOptions();
  await options.until((workspace) => {
    const line = document.querySelector(".connection");
    return line?.textContent === `Connected to ${workspace}: live`;
  }, workspace);
  return options;
}

/** 30 calls of one client: chat, responses and embeddings, ten of them streams read to their end. */
export async function thirtyCalls(client: OpenAI): Promise<void> {
  const messages = [{ role: "user" as const, content: "How much is left?" }];
  const calls: (() => Promise<unknown>)[] = [
    ...times(10, () => client.chat.completions.create({ model: "gpt-5.4", messages })),
    ...times(7, async () => read(await client.chat.completions.create({ model: "gpt-5.4", messages, stream: true }))),
    ...times(5, () => client.responses.create({ model: "gpt-5.4", input: "How much is left?" })),
    ...times(3, async () => read(await client.responses.create({ model: "gpt-5.4", input: "How?", stream: true }))),
    ...times(5, () => client.embeddings.create({ model: "text-embedding-3-small", input: "left" })),
  ];
  await Promise.all(calls.map((call) => call()));
}

function times(count: number, call: () => Promise<unknown>): (() => Promise<unknown>)[] {
  return Array.from({ length: count }, () => call);
}

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  let chunks = 0;
  for await (const _ of stream) chunks++;
  if (chunks === 0) throw new Error("The stream has no chunk");
}
