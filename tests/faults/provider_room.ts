/** A service with a manual clock, between the official SDK and an upstream whose responses the test sets. */
import OpenAI from "openai";
import { readConfig } from "../../server/config/config.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { clientFactory } from "../../server/client/client_factory.ts";
import { startService } from "../../server/service.ts";
import type { Tracker } from "../../server/tracker/tracker.ts";
import { ManualClock } from "../support/clock.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { HELLO } from "../integration/room.ts";

export interface ProviderRoom {
  clock: ManualClock;
  upstream: Upstream;
  tracker: Tracker;
  /** The SDK with its own retries, tracked in process or through the gateway. */
  client: OpenAI;
  /** Makes concurrent calls. Returns how many requests reached the upstream, and the code of each failed call. */
  call(times?: number): Promise<{ reached: number; codes: string[] }>;
  /** Status and cause. */
  state(): unknown[];
}

/** One test for each way in which a call is tracked. */
export function bothWays(name: string, use: (room: ProviderRoom) => Promise<void>): void {
  for (const way of ["client", "gateway"] as const) {
    Deno.test(`${name} (${way})`, () => inRoom(way, use));
  }
}

async function inRoom(way: "client" | "gateway", use: (room: ProviderRoom) => Promise<void>): Promise<void> {
  const upstream = await startUpstream();
  const clock = new ManualClock();
  const config = readConfig({ PORT: "0", QUOTA_UPSTREAM_URL: upstream.url });
  const service = await startService({ config, ledger: openMemoryLedger(), clock, log: () => {} });
  const { tracker } = service;
  const options = { apiKey: "sk-caller", maxRetries: 2 };
  const client = way === "client"
    ? clientFactory(tracker)("acme", { ...options, baseURL: upstream.url })
    : new OpenAI({ ...options, baseURL: `${service.url}/w/acme/v1` });
  const call = async (times = 1) => {
    const before = upstream.entries.length;
    const calls = Array.from({ length: times }, () => client.chat.completions.create(HELLO));
    const ended = await Promise.allSettled(calls);
    const codes = ended.flatMap((end) => end.status === "rejected" ? [String(end.reason.code)] : []);
    return { reached: upstream.entries.length - before, codes };
  };
  const state = () => {
    const { status, cause } = tracker.status("acme");
    return [status, cause?.code ?? null];
  };
  try {
    await use({ clock, upstream, tracker, client, call, state });
  } finally {
    await upstream.close();
    await service.stop(0);
  }
}
