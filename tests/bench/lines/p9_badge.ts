/** P9: from the end of a call to the badge, in a real Chromium. */
import { backgroundOf, type Bench, configure, openChromium, openOptions } from "../harness/browser.ts";
import { type Painting, paintings, watchBadge } from "../harness/badge_watch.ts";
import type { Options } from "../harness/options.ts";
import { startGateway } from "../harness/programs.ts";
import { figure, type Report, verdict } from "../harness/report.ts";
import { percentile } from "../harness/stats.ts";

/** Few enough to stay below the limit, all within the rolling minute, so that the count only grows. */
const CALLS = 120;
const TOKENS = 700;
const LIMIT = 100_000;

/** Longest random pause before a call; on average all calls fit into a minute. */
const MAX_PAUSE_MS = 500;

const ENV = {
  OPENAI_RATE_LIMIT_PER_MINUTE: "1000000",
  OPENAI_RATE_LIMIT_PER_DAY: "1000000",
  OPENAI_TOKEN_LIMIT_PER_MINUTE: `${LIMIT}`,
};

export const title = "From the end of a call to the badge, in Chromium";

export async function run({ quick }: Options): Promise<Report> {
  const folder = await Deno.makeTempDir();
  const upstream = new Upstream();
  const gateway = await startGateway({ upstream: upstream.url, folder, env: ENV }, "anywhere");
  try {
    await using bench = await openChromium();
    const waits = await measure(bench, gateway.url, upstream, quick ? 30 : CALLS);
    return report(waits);
  } finally {
    await gateway.stop();
    await upstream.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(bench: Bench, gateway: string, upstream: Upstream, calls: number): Promise<number[]> {
  const options = await openOptions(bench);
  await configure(options, { server_url: gateway, workspace_id: "default", chat_page: "" });
  await options.close();
  const background = await backgroundOf(bench.context);
  await watchBadge(background);
  for (let call = 0; call < calls; call++) {
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * (MAX_PAUSE_MS - 100)));
    await post(`${gateway}/v1/chat/completions`);
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const seen = await paintings(background);
  return upstream.answered.map((at, call) => firstShowing(seen, (call + 1) * TOKENS) - at);
}

/** When the toolbar first showed at least `tokens`; NaN if never. */
function firstShowing(seen: Painting[], tokens: number): number {
  const shown = ({ title }: Painting) => Number(/\(([\d,]+) of/.exec(title)?.[1].replaceAll(",", "") ?? -1);
  return seen.find((painting) => shown(painting) >= tokens)?.at ?? NaN;
}

function report(waits: number[]): Report {
  const shown = waits.filter((wait) => !Number.isNaN(wait));
  const [p50, p90, p99, longest] = [0.5, 0.9, 0.99, 1].map((share) => percentile(shown, share));
  return {
    verdicts: [
      verdict("p50", p50, "≤ 10", 1, " ms"),
      verdict("p99", p99, "≤ 50", 1, " ms"),
      verdict("calls that the badge never showed", waits.length - shown.length, "≤ 0", 0),
    ],
    tables: [[["calls", "p50 ms", "p90 ms", "p99 ms", "longest ms"], [
      figure(waits.length),
      ...[p50, p90, p99, longest].map((wait) => figure(wait, 1)),
    ]]],
    notes: [
      "From the answer of the upstream, so with the time in the gateway, until the browser has applied the badge's new " +
      "title; one call at a time, at random moments",
    ],
  };
}

async function post(url: string): Promise<void> {
  const body = JSON.stringify({ model: "gpt-5.4", messages: [], max_completion_tokens: 1 });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!response.ok) {
    throw new Error(`Cannot call through the gateway: HTTP ${response.status} ${await response.text()}`);
  }
  await response.body?.cancel();
}

/** A provider that records the times of its answers. */
class Upstream {
  readonly answered: number[] = [];
  readonly #server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    await request.body?.cancel();
    this.answered.push(performance.timeOrigin + performance.now());
    const usage = { prompt_tokens: 10, completion_tokens: TOKENS - 10, total_tokens: TOKENS };
    return Response.json({ id: "chatcmpl-bench", object: "chat.completion", model: "gpt-5.4", choices: [], usage });
  });

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  stop(): Promise<void> {
    return this.#server.shutdown();
  }
}
