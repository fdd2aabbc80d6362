/** Runs a service in this process, between a client and an upstream whose records are compared with the ledger. */
import OpenAI, { type ClientOptions } from "openai";
import { type Config, readConfig } from "../../server/config/config.ts";
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import type { QuotaTrackedOpenAI } from "../../server/client/sdk/openai_client.ts";
import { clientFactory } from "../../server/client/client_factory.ts";
import { type Service, startService } from "../../server/service.ts";
import { systemClock } from "../../server/runtime/system_clock.ts";
import { type AiMock, startAiMock } from "../support/aimock.ts";
import { type SocketUpstream, startSocketUpstream } from "../support/socket_upstream.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

export interface Room<U extends { url: string }> {
  upstream: U;
  service: Service;
  /** A tracked client of workspace "acme", in this process; the SDK's retries are off unless asked for. */
  tracked(options?: ClientOptions): QuotaTrackedOpenAI;
  /** A tracked client of another workspace. */
  trackedFor(workspace: string): QuotaTrackedOpenAI;
  /** A plain client of workspace "acme", configured with nothing but the gateway's URL. */
  plain(options?: ClientOptions): OpenAI;
  /** One of each, for tests that must pass with both. */
  clients(options?: ClientOptions): { name: "client" | "gateway"; client: OpenAI }[];
  /** URL of the gateway's endpoint for workspace "acme". */
  gateway(path: string): string;
  /** The ledger's rows of a workspace, oldest first, once no attempt is in flight. */
  rows(workspace?: string): Promise<AttemptRow[]>;
}

export type Settings = Partial<Pick<Config, "mode" | "upstream_key" | "requests_usage">> & {
  limits?: Partial<Config["limits"]>;
};

/** Limits that no test reaches, for tests that set none. */
const ROOMY = { requests_per_minute: 100_000, tokens_per_minute: 1e9, requests_per_day: 1e9, tokens_per_day: null };

async function inRoom<U extends { url: string; close(): Promise<void> }>(
  upstream: U,
  { limits, ...settings }: Settings,
  use: (room: Room<U>) => Promise<void>,
): Promise<void> {
  const config = { ...readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: upstream.url }), ...settings };
  config.limits = { ...ROOMY, ...limits };
  const ledger = openMemoryLedger();
  const service = await startService({ config, ledger, clock: systemClock(), log: () => {} });
  const factory = clientFactory(service.tracker);
  const shared = { apiKey: "sk-caller", maxRetries: 0 };
  const gateway = (path: string) => `${service.url}/w/acme/v1${path}`;
  const room: Room<U> = {
    upstream,
    service,
    gateway,
    tracked: (options) => factory("acme", { ...shared, baseURL: upstream.url, ...options }),
    trackedFor: (workspace) => factory(workspace, { ...shared, baseURL: upstream.url }),
    plain: (options) => new OpenAI({ ...shared, baseURL: gateway(""), ...options }),
    clients: (options) => [
      { name: "client", client: room.tracked(options) },
      { name: "gateway", client: room.plain(options) },
    ],
    rows: async (workspace = "acme") => {
      await settled(service);
      return (await ledger.attempts(workspace, 10_000)).reverse();
    },
  };
  try {
    await use(room);
  } finally {
    await upstream.close();
    await service.stop(0);
  }
}

/** Attempts of callers who disconnected end a few turns of the event loop later. */
async function settled({ tracker }: Service): Promise<void> {
  for (let turn = 0; tracker.inFlight > 0 && turn < 5000; turn++) await nextTurn();
  await tracker.flushed();
}

/** One turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A test with an upstream whose responses the test sets. */
export function withUpstream(use: (room: Room<Upstream>) => Promise<void>, settings: Settings = {}) {
  return async () => await inRoom(await startUpstream(), settings, use);
}

/** A test with an independent mock upstream. */
export function withAiMock(use: (room: Room<AiMock>) => Promise<void>, settings: Settings = {}) {
  return async () => await inRoom(await startAiMock(), settings, use);
}

/** A test with an upstream that serves only WebSockets. */
export function withSocketUpstream(use: (room: Room<SocketUpstream>) => Promise<void>, settings: Settings = {}) {
  return async () => await inRoom(await startSocketUpstream(), settings, use);
}

/** A minimal chat request. */
export const HELLO = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hello" }] };

/** The fields of a row that tests of successful attempts compare. */
export function brief(row: AttemptRow): unknown[] {
  return [row.endpoint, row.outcome, row.usage_source, row.usage.total_tokens];
}
