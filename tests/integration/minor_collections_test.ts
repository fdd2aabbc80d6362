/**
 * After a call, nothing keeps its objects: `docs/decisions/0010-no-per-call-timers-and-map-entries.md`. V8 tells how much of
 * what was allocated since the minor collection before has survived: some 6 %, and 30 % with each of the known faults.
 */
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { assert } from "../support/assert.ts";
import { startService } from "../support/service.ts";

const CALLS = 8_000;
const AT_ONCE = 32;
const MAX_SHARE = 0.15;

const NO_LIMITS = {
  OPENAI_RATE_LIMIT_PER_MINUTE: "1000000",
  OPENAI_RATE_LIMIT_PER_DAY: "1000000",
  OPENAI_TOKEN_LIMIT_PER_MINUTE: "1000000000",
};

const BODY = JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: "x".repeat(300) }] });
const ANSWER = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-5.4",
  choices: [{ index: 0, message: { role: "assistant", content: "y".repeat(700) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
});

/** Sizes of the heap in megabytes, before and after a minor collection, in the lines of `--trace-gc`. */
const SCAVENGE = /\[\d+:(0x[0-9a-f]+)\] .*Scavenge (?:\(.*?\) )?([\d.]+) \(.*?\) -> ([\d.]+) /g;

async function startUpstream() {
  const server = createServer((request, response) => {
    const headers = { "content-type": "application/json", "content-length": ANSWER.length, "x-request-id": "req_1" };
    request.resume().on("end", () => response.writeHead(200, headers).end(ANSWER));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}/v1`, [Symbol.asyncDispose]: close };
}

function call(url: string, agent: Agent): Promise<void> {
  const headers = { "content-type": "application/json", "content-length": BODY.length, authorization: "Bearer sk-1" };
  return new Promise((resolve, reject) => {
    request(`${url}/chat/completions`, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => response.statusCode === 200 ? resolve() : reject(new Error("not answered")));
    }).on("error", reject).end(BODY);
  });
}

/** The share of what was allocated that survived, in the main thread, after its start. */
function survivingShare(output: string): number {
  const all = [...output.matchAll(SCAVENGE)];
  const main = all[0]?.[1];
  const sizes = all.filter(([, isolate]) => isolate === main).map(([, , before, after]) => ({ before, after }));
  let [allocated, survived] = [0, 0];
  assert(sizes.length > 9, `Cannot judge ${sizes.length} minor collections: at least 10 are needed`);
  for (let at = 4; at < sizes.length; at++) {
    const last = Number(sizes[at - 1].after);
    // A full collection in between has freed more than was allocated.
    if (Number(sizes[at].before) < last) continue;
    allocated += Number(sizes[at].before) - last;
    survived += Math.max(0, Number(sizes[at].after) - last);
  }
  return survived / allocated;
}

Deno.test("the objects of a call do not survive the minor collections after its end", async () => {
  await using upstream = await startUpstream();
  const traced = ([deno, ...args]: string[]) => [
    deno,
    ...args.map((arg) => arg.startsWith("--v8-flags=") ? `${arg},--trace-gc` : arg),
  ];
  const service = await startService({ upstream: upstream.url, env: NO_LIMITS, wrap: traced });
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const url = service.gateway("acme");
    const worker = async () => {
      for (let sent = 0; sent < CALLS / AT_ONCE; sent++) await call(url, agent);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await service.stop();
    const share = survivingShare(service.output);
    assert(
      share < MAX_SHARE,
      `${Math.round(share * 100)} % of what was allocated has survived, more than ${MAX_SHARE}`,
    );
  } finally {
    agent.destroy();
    await service.close();
  }
});
